// SPDX-License-Identifier: Apache-2.0
// The port against real peers: a pseudo-terminal, a TCP connection, files.
#include "tests/peers.hpp"
#include "tic_port.hpp"
#include "tic_speed.hpp"

#include <releve/testing/catch.hpp>

#include <poll.h>
#include <sys/file.h>
#include <termios.h>

namespace {

using Catch::Matchers::ContainsSubstring;
using releve::teleinfo::tic_port;
using releve::teleinfo::tic_speed;

bool wait_ready(int fd, short events, std::chrono::nanoseconds timeout) {
    pollfd one{fd, events, 0};
    return ::poll(&one, 1, static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count())) >
           0;
}

std::string read_all(tic_port& port, std::size_t size) {
    std::string all;
    while (all.size() < size && wait_ready(port.fd(), POLLIN, std::chrono::seconds{5}))
        all += port.read(tic_port::block);
    return all;
}

std::string error_of(tic_port& port) {
    try {
        port.open(1200, wait_ready);
        while (wait_ready(port.fd(), POLLIN, std::chrono::seconds{5})) port.read(tic_port::block);
    } catch (const std::exception& e) {
        return e.what();
    }
    return "none";
}

} // namespace

TEST_CASE("a port's name is checked") {
    for (const char* good :
         {"/dev/ttyUSB0", "capture.tic", "tcp://192.168.1.40:2001", "tcp://[::1]:2001", "tcp://box:65535"})
        CHECK_NOTHROW(tic_port{good});
    for (const char* bad : {"", "tcp://box", "tcp://:2001", "tcp://box:", "tcp://box:0", "tcp://box:65536",
                            "tcp://box:20x1", "udp://box:1"})
        CHECK_THROWS_AS(tic_port{bad}, std::invalid_argument);
}

TEST_CASE("a serial device is raw, for one program alone, and its speed is set") {
    peers::terminal terminal;
    tic_port port{terminal.name()};
    port.open(1200, wait_ready);
    CHECK(port.is_serial());
    termios settings{};
    REQUIRE(::tcgetattr(port.fd(), &settings) == 0);
    CHECK(::cfgetispeed(&settings) == B1200);
    CHECK((settings.c_iflag & (ICRNL | IGNPAR | PARMRK | ISTRIP | IXON)) == 0u);
    CHECK((settings.c_iflag & INPCK) != 0u);
    CHECK((settings.c_lflag & (ICANON | ECHO | ISIG)) == 0u);
    port.set_speed(9600);
    REQUIRE(::tcgetattr(port.fd(), &settings) == 0);
    CHECK(::cfgetispeed(&settings) == B9600);

    // What a terminal would swallow or change: EOT, ETX, CR, XOFF.
    const std::string bytes = "\x02\r\n\x04\x03\x13\x11";
    terminal.write(bytes);
    CHECK(read_all(port, bytes.size()) == bytes);
    CHECK(port.read(tic_port::block).empty());

    tic_port second{terminal.name()};
    CHECK_THAT(error_of(second),
               ContainsSubstring(terminal.name()) && ContainsSubstring("another program reads this port"));
}

TEST_CASE("an adapter that is unplugged is an error, and comes back") {
    auto terminal = std::make_unique<peers::terminal>();
    tic_port port{terminal->name()};
    port.open(1200, wait_ready);
    terminal.reset();
    REQUIRE(wait_ready(port.fd(), POLLIN, std::chrono::seconds{5}));
    CHECK_THROWS_AS(port.read(tic_port::block), std::runtime_error);
    port.close();
    CHECK_FALSE(port.is_open());
    CHECK_THAT(error_of(port), ContainsSubstring("/dev/"));
}

TEST_CASE("a file is read to its end") {
    const peers::file file{"\x02..."};
    tic_port port{file.name()};
    port.open(1200, wait_ready);
    CHECK(port.is_recording());
    CHECK_FALSE(port.is_serial());
    CHECK(port.read(3) == "\x02..");
    CHECK(port.read(3) == ".");
    CHECK_FALSE(port.at_end());
    CHECK(port.read(3).empty());
    CHECK(port.at_end());
    tic_port absent{file.name() + ".absent"};
    CHECK_THAT(error_of(absent), ContainsSubstring("No such file"));
}

TEST_CASE("a TCP peer is connected to, and its end is noticed") {
    peers::server server;
    tic_port port{"tcp://127.0.0.1:" + std::to_string(server.port())};
    port.open(1200, wait_ready);
    CHECK(port.is_tcp());
    const int peer = server.accept();
    peers::write_all(peer, "\x02TIC\x03");
    CHECK(read_all(port, 5) == "\x02TIC\x03");
    ::close(peer);
    REQUIRE(wait_ready(port.fd(), POLLIN, std::chrono::seconds{5}));
    CHECK_THROWS_WITH(port.read(tic_port::block), ContainsSubstring("closed the connection"));
    server.close();
    CHECK_THAT(error_of(port), ContainsSubstring("refused"));
}

TEST_CASE("the speed is found by listening") {
    constexpr std::int64_t s = 1'000'000'000;
    tic_speed speed{{9600, 1200}};
    speed.begin(0);
    CHECK(speed.now() == 9600);
    CHECK_FALSE(speed.look(3 * s, 100, 0)); // bytes, but no groups
    CHECK(speed.look(4 * s, 100, 0));
    CHECK(speed.now() == 1200);
    CHECK_FALSE(speed.look(5 * s, 100, 1));
    CHECK_FALSE(speed.found()); // one group may be chance
    CHECK_FALSE(speed.look(6 * s, 100, 1));
    CHECK(speed.found());

    SECTION("a found line that falls silent keeps its speed") {
        for (int i = 7; i < 200; ++i) CHECK_FALSE(speed.look(i * s, 0, 0));
        CHECK(speed.now() == 1200);
    }
    SECTION("a found line whose bytes give no group any more is searched for again") {
        for (int i = 7; i < 16; ++i) CHECK_FALSE(speed.look(i * s, 100, 0));
        CHECK(speed.look(16 * s, 100, 0));
        CHECK(speed.now() == 9600);
        CHECK_FALSE(speed.found());
    }
    SECTION("a line that is opened again begins at the speed it had") {
        speed.begin(50 * s);
        CHECK_FALSE(speed.found());
        CHECK(speed.now() == 1200);
    }
    SECTION("a speed that is given is never left") {
        tic_speed fixed{{1200}};
        fixed.begin(0);
        for (int i = 0; i < 100; ++i) CHECK_FALSE(fixed.look(i * s, 100, 0));
    }
}
