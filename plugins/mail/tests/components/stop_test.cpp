// SPDX-License-Identifier: Apache-2.0
// A node that is asked to stop while it talks to the server.
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

/// The part of a host that a session uses: whether the node is asked to stop. It is, some questions after the server
/// has received `verb`.
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
        if (!verb_seen)
            for (const auto& one : mail_server::running().commands())
                if (one.verb == verb) verb_seen = true;
        if (!verb_seen || questions_left-- > 0) return false;
        ::eventfd_write(fd, 1);
        return ended = true;
    }

    static inline ending_host* current = nullptr;
    std::string verb;
    int questions_left;
    bool verb_seen = false, ended = false;
    int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    releve_host table{};
    releve::context context{&table, nullptr};
};

/// Longer than the test program may run: a session that is not ended fails the test.
constexpr auto timeout = std::chrono::hours{1};

smtp_result sent(ending_host& host, const std::string& to, const std::string& message) {
    using namespace releve::literals;
    const auto& server = mail_server::running();
    const smtp_client client{host.context,
                             {.server = "localhost",
                              .port = server.port("starttls"),
                              .ca = server.file("ca.pem"),
                              .user = "releve",
                              .password = "s3cret-word",
                              .connect_timeout = 2min,
                              .timeout = timeout}};
    return client.send("releve@example.org", to, message);
}

} // namespace

TEST_CASE("a server that does not answer does not delay a stop") {
    ending_host host{"RCPT"};
    CHECK(sent(host, "slow-2@example.org", "Subject: x\r\n\r\nx\r\n").status == smtp_status::stopped);
}

TEST_CASE("a message that is cut short by a stop is not taken for a complete one") {
    auto& server = mail_server::running();
    server.mails();
    ending_host host{"DATA", 50}; // while the message is being sent
    std::string message = "Subject: x\r\n\r\n";
    for (int i = 0; i < 200'000; ++i) message += "a line of a message that is long enough to be still in transfer\r\n";
    CHECK(sent(host, "a@example.org", message).status == smtp_status::stopped);
    CHECK(host.ended);
    CHECK(server.mails().empty());
}
