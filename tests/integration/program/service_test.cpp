// SPDX-License-Identifier: Apache-2.0
// As systemd starts it: Type=notify, with a watchdog.
#include "process.hpp"

#include <releve/testing/catch.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <thread>

using namespace testbed;

namespace {

class notifications {
    int fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

public:
    explicit notifications(const std::string& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        if (path[0] == '@') address.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
        REQUIRE(bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    }
    notifications(const notifications&) = delete;
    notifications& operator=(const notifications&) = delete;
    ~notifications() { close(fd_); }
    /// The next message; empty when none comes within two minutes.
    std::string next() const {
        pollfd one{fd_, POLLIN, 0};
        if (poll(&one, 1, 120'000) <= 0) return {};
        std::array<char, 512> text{};
        const auto size = recv(fd_, text.data(), text.size(), 0);
        return size > 0 ? std::string{text.data(), static_cast<std::size_t>(size)} : std::string{};
    }
};

} // namespace

TEST_CASE("systemd is notified that it runs, that it lives, and that it stops; SIGTERM ends with 0") {
    const folder in;
    const auto file = in.write("site.toml", "[site]\nname = \"t\"\n[source.c]\ncomponent = \"counter_c\"\n[sink.s]\n"
                                            "component = \"line_sink\"\ninputs = [\"c\"]\npath = \"" +
                                                in.file("lines") + "\"\n");
    const notifications said{in.file("notify")};
    releve_process program{{"run", file}, {{"NOTIFY_SOCKET", in.file("notify")}, {"WATCHDOG_USEC", "200000"}}};
    CHECK(said.next() == "READY=1\nSTATUS=t: 2 nodes run");
    for (int i = 0; i < 3; ++i) CHECK(said.next() == "WATCHDOG=1");
    program.signal(SIGTERM);
    auto last = said.next();
    while (last == "WATCHDOG=1") last = said.next();
    CHECK(last == "STOPPING=1");
    CHECK(program.wait().code == 0);
}

TEST_CASE("systemd is notified when a reload begins, with the time, and when it ends; also if nothing changes") {
    const folder in;
    const std::string good = "[site]\nname = \"t\"\n[source.c]\ncomponent = \"counter_c\"\n[sink.s]\n"
                             "component = \"line_sink\"\ninputs = [\"c\"]\npath = \"" +
                             in.file("lines") + "\"\n";
    const auto file = in.write("site.toml", good);
    const notifications said{in.file("notify")};
    releve_process program{{"run", file}, {{"NOTIFY_SOCKET", in.file("notify")}}};
    CHECK(said.next() == "READY=1\nSTATUS=t: 2 nodes run");
    for (const auto* more : {"", "[sourc.d]\n"}) {
        in.write("site.toml", good + more);
        program.signal(SIGHUP);
        CHECK_THAT(said.next(), Catch::Matchers::StartsWith("RELOADING=1\nMONOTONIC_USEC="));
        CHECK_THAT(said.next(), Catch::Matchers::StartsWith("READY=1\n"));
    }
    program.signal(SIGTERM);
    CHECK(said.next() == "STOPPING=1");
    CHECK(program.wait().code == 0);
}

TEST_CASE("systemd's socket may be abstract; a watchdog that is meant for another process is not answered") {
    const folder in;
    const auto file = in.write("site.toml", "[site]\nname = \"t\"\n[source.c]\ncomponent = \"counter_c\"\n[sink.s]\n"
                                            "component = \"line_sink\"\ninputs = [\"c\"]\npath = \"" +
                                                in.file("lines") + "\"\n");
    const auto socket = "@" + in.file("notify");
    const notifications said{socket};
    releve_process program{{"run", file},
                           {{"NOTIFY_SOCKET", socket}, {"WATCHDOG_USEC", "1000"}, {"WATCHDOG_PID", "1"}}};
    CHECK(said.next() == "READY=1\nSTATUS=t: 2 nodes run");
    program.signal(SIGTERM);
    CHECK(said.next() == "STOPPING=1");
    CHECK(program.wait().code == 0);
}

TEST_CASE("the watchdog is answered while SIGHUP comes again and again") {
    const folder in;
    const auto file = in.write("site.toml", "[site]\nname = \"t\"\n[source.c]\ncomponent = \"counter_c\"\n[sink.s]\n"
                                            "component = \"line_sink\"\ninputs = [\"c\"]\npath = \"" +
                                                in.file("lines") + "\"\n");
    const notifications said{in.file("notify")};
    releve_process program{{"run", file}, {{"NOTIFY_SOCKET", in.file("notify")}, {"WATCHDOG_USEC", "1000000"}}};
    CHECK(said.next() == "READY=1\nSTATUS=t: 2 nodes run");
    std::atomic<bool> enough{false};
    std::thread hurries{[&] { // more often than the watchdog is due
        while (!enough) {
            program.signal(SIGHUP);
            std::this_thread::sleep_for(std::chrono::milliseconds{100});
        }
    }};
    int answers = 0;
    for (auto one = said.next(); !one.empty() && answers < 5; one = said.next()) answers += one == "WATCHDOG=1" ? 1 : 0;
    enough = true;
    hurries.join();
    CHECK(answers == 5);
    program.signal(SIGTERM);
    CHECK(program.wait().code == 0);
}

TEST_CASE("systemd is not notified that the site runs before each node with startup = \"fail\" has started") {
    const folder in;
    const std::string where = GENERATE("start", "collect");
    const auto file = in.write("site.toml", "[site]\nname = \"t\"\ngrace = \"1s\"\n[source.c]\ncomponent = "
                                            "\"ends_program\"\nstartup = \"fail\"\nhow = \"hang\"\nwhere = \"" +
                                                where +
                                                "\"\n[source.other]\ncomponent = \"counter_c\"\n[sink.s]\n"
                                                "component = \"line_sink\"\ninputs = [\"*\"]\npath = \"" +
                                                in.file("lines") + "\"\n");
    const notifications said{in.file("notify")};
    releve_process program{
        {"run", file},
        {{"NOTIFY_SOCKET", in.file("notify")}, {"RELEVE_PLUGINS", RELEVE_TEST_PLUGINS ":" RELEVE_BAD_PLUGINS}}};
    if (where == "collect") CHECK(said.next() == "READY=1\nSTATUS=t: 3 nodes run");
    while (read_file(in.file("lines")).empty()) std::this_thread::yield(); // the others run
    program.signal(SIGTERM);
    CHECK(said.next() == "STOPPING=1");
    const auto end = program.wait();
    CHECK(end.code == 1);
    CHECK_THAT(end.err, Catch::Matchers::ContainsSubstring("c: it does not end (grace 1 s): it is left behind"));
}
