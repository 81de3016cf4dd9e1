// SPDX-License-Identifier: Apache-2.0
#include "io/peer.hpp"

#include <releve/kit/io/byte_stream.hpp>

#include <releve/testing/catch.hpp>

#include <cstdlib>
#include <stdexcept>

using namespace releve::kit;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

constexpr serial_settings listening{.speed = 1200, .bits = framing::seven_even_one, .writable = false};

byte_stream opened(const std::string& where) {
    byte_stream made{where, listening};
    made.open(poll_waiter(), peer::timeout);
    return made;
}

class temporary_file {
public:
    explicit temporary_file(std::string_view content) {
        const descriptor made{::mkstemp(name_.data())};
        peer::check(::write(made.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()),
                    "write");
    }
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;
    ~temporary_file() { ::unlink(name_.c_str()); }
    const std::string& name() const { return name_; }

private:
    std::string name_ = "/tmp/releve-kit-XXXXXX";
};

} // namespace

TEST_CASE("where bytes come from is checked without I/O") {
    for (const char* good :
         {"/dev/ttyUSB0", "capture.bin", "tcp://192.168.1.40:2001", "tcp://[::1]:2001", "tcp://box:65535"})
        CHECK_NOTHROW(byte_stream{good, listening});
    for (const char* bad : {"", "tcp://box", "tcp://:2001", "tcp://box:", "tcp://box:0", "tcp://box:65536",
                            "tcp://box:20x1", "udp://box:1"})
        CHECK_THROWS_AS((byte_stream{bad, listening}), std::invalid_argument);
    CHECK_THROWS_AS((byte_stream{std::string("a\0b", 3), listening}), std::invalid_argument);
}

TEST_CASE("a serial device is read, and what waits in it when it is opened is not lost") {
    const peer::terminal terminal;
    auto from = opened(terminal.name());
    CHECK(from.is_serial());
    CHECK_FALSE(from.is_tcp());
    terminal.write("bytes");
    CHECK(peer::read_bytes(from, 5) == "bytes");
    from.set_speed(9600);
    from.close();
    CHECK_FALSE(from.is_open());
    from.open(poll_waiter());
    termios settings{};
    REQUIRE(::tcgetattr(from.fd(), &settings) == 0);
    CHECK(::cfgetispeed(&settings) == B9600);
}

TEST_CASE("a recording is read to its end") {
    const temporary_file file{"recorded"};
    auto from = opened(file.name());
    CHECK(from.is_recording());
    std::array<char, 5> part{};
    CHECK(from.read(part) == 5);
    CHECK_FALSE(from.at_end());
    CHECK(from.read(part) == 3);
    CHECK(from.read(part) == 0);
    CHECK(from.at_end());
}

TEST_CASE("a peer is read until it closes the connection") {
    const peer::server server;
    const auto where = "tcp://127.0.0.1:" + std::to_string(server.port());
    auto from = opened(where);
    CHECK(from.is_tcp());
    {
        const auto peer = server.accept();
        REQUIRE(::write(peer.get(), "bytes", 5) == 5);
        CHECK(peer::read_bytes(from, 5) == "bytes");
    }
    CHECK_THROWS_WITH(peer::read_bytes(from, 1), where + ": the other side closed the connection");
}

TEST_CASE("what can't be opened is named") {
    std::string where;
    {
        const peer::server server;
        where = "tcp://127.0.0.1:" + std::to_string(server.port());
    }
    CHECK_THROWS_WITH(opened(where), where + ": refuses the connection");
    CHECK_THROWS_WITH(opened("/no/such/file"),
                      StartsWith("/no/such/file: No such file") && ContainsSubstring("plugged in"));
}
