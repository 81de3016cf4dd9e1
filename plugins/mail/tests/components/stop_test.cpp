// SPDX-License-Identifier: Apache-2.0
// A node that is to end while it talks to the server.
#include "smtp/client.hpp"
#include "tests/mail_server.hpp"

#include <releve/testing/catch.hpp>

#include <chrono>
#include <string>
#include <sys/eventfd.h>
#include <unistd.h>

using namespace releve::mail;
using releve::mail::tests::mail_server;

namespace {

/// Of a host, what a session asks: whether the node is to end. It is, some questions after the server was sent `verb`.
struct ending_host {
    explicit ending_host(std::string when, int questions = 0)
        : verb{std::move(when)}
        , questions_left{questions} {
        mail_server::running().commands();
        current = this;
        table.stopping = [](releve_context*) noexcept -> std::int32_t { return current->is_ending() ? 1 : 0; };
        table.stop_fd = [](releve_context*) noexcept -> std::int32_t { return current->fd; };
    }
    ending_host(const ending_host&) = delete;
    ending_host& operator=(const ending_host&) = delete;
    ~ending_host() { ::close(fd); }

    bool is_ending() {
        if (!said)
            for (const auto& one : mail_server::running().commands())
                if (one.verb == verb) said = true;
        if (!said || questions_left-- > 0) return false;
        ::eventfd_write(fd, 1);
        return ended = true;
    }

    static inline ending_host* current = nullptr;
    std::string verb;
    int questions_left;
    bool said = false, ended = false;
    int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    releve_host table{};
    releve::context context{&table, nullptr};
};

smtp_answer sent(ending_host& host, const std::string& to, const std::string& message) {
    using namespace releve::literals;
    const auto& server = mail_server::running();
    const smtp_client client{host.context,
                             {.server = "localhost",
                              .port = server.port("starttls"),
                              .ca = server.file("ca.pem"),
                              .user = "releve",
                              .password = "s3cret-word",
                              .connect_limit = 30s,
                              .limit = 60s}};
    return client.send("releve@example.org", to, message);
}

} // namespace

TEST_CASE("a server that does not answer does not hold the end") {
    ending_host host{"RCPT"};
    const auto begun = std::chrono::steady_clock::now();
    CHECK(sent(host, "slow-2@example.org", "Subject: x\r\n\r\nx\r\n").is == smtp_verdict::stopped);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{30}); // of the 60 that it might have taken
}

TEST_CASE("a message that the end cuts short is not taken for a whole one") {
    auto& server = mail_server::running();
    server.mails();
    ending_host host{"DATA", 50}; // while the message is on its way
    std::string message = "Subject: x\r\n\r\n";
    for (int i = 0; i < 200'000; ++i) message += "a line of a message that is long enough to be on its way\r\n";
    CHECK(sent(host, "a@example.org", message).is == smtp_verdict::stopped);
    CHECK(host.ended);
    CHECK(server.mails().empty());
}
