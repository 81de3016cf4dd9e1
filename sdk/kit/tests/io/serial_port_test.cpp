// SPDX-License-Identifier: Apache-2.0
#include "io/peer.hpp"

#include <releve/kit/io/serial_port.hpp>

#include <releve/testing/catch.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>

#include <optional>

using namespace releve::kit;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

termios settings_of(const serial_port& port) {
    termios settings{};
    REQUIRE(::tcgetattr(port.fd(), &settings) == 0);
    return settings;
}

} // namespace

TEST_CASE("a port is raw, and has the speed and the framing that were asked for") {
    const peer::terminal terminal;
    serial_port port{terminal.name(), {.speed = 1200, .bits = framing::eight_none_one}};
    auto settings = settings_of(port);
    CHECK(::cfgetispeed(&settings) == B1200);
    CHECK((settings.c_iflag & (ICRNL | IGNPAR | PARMRK | ISTRIP | IXON | INPCK)) == 0U);
    CHECK((settings.c_lflag & (ICANON | ECHO | ISIG)) == 0U);
    CHECK((settings.c_cflag & CSIZE) == CS8);
    CHECK((::fcntl(port.fd(), F_GETFD) & FD_CLOEXEC) != 0);
    port.set_speed(9600);
    settings = settings_of(port);
    CHECK(::cfgetispeed(&settings) == B9600);

    const std::string bytes = "\x02\r\n\x04\x03\x13\x11"; // what a terminal would swallow or change
    terminal.write(bytes);
    CHECK(peer::read_bytes(port, bytes.size()) == bytes);
    std::array<char, 8> none{};
    CHECK(port.read(none) == 0);
    CHECK(port.write("AT\r") == 3);
    CHECK(peer::read_bytes(terminal, 3) == "AT\r");
}

TEST_CASE("a port without parity has it in bit 7 of the bytes") {
    const peer::terminal terminal;
    const serial_port port{terminal.name(), {.bits = framing::seven_even_one}};
    CHECK(port.parity_in_bit_7()); // a pseudo-terminal has none
    CHECK((settings_of(port).c_iflag & INPCK) != 0U);
    CHECK((settings_of(port).c_iflag & PARMRK) == 0U);
    const peer::terminal other;
    const serial_port marks{other.name(), {.bits = framing::seven_even_one, .bad_parity = parity_error::mark}};
    CHECK((settings_of(marks).c_iflag & PARMRK) != 0U);
}

TEST_CASE("a port is for one program alone") {
    const peer::terminal terminal;
    std::optional<serial_port> port{std::in_place, terminal.name(), serial_settings{}};
    const auto again = [&] { serial_port{terminal.name(), serial_settings{}}; };
    if (::geteuid() == 0) // others are stopped by TIOCEXCL already
        CHECK_THROWS_WITH(again(), StartsWith(terminal.name()) && ContainsSubstring("another program uses this port"));
    else
        CHECK_THROWS_AS(again(), io_failure);
    port.reset();
    CHECK_NOTHROW(again());
}

TEST_CASE("what can't be opened says what to do") {
    CHECK_THROWS_WITH((serial_port{"/dev/no-such-port", {}}),
                      "/dev/no-such-port: No such file or directory; is the device plugged in? 'ls /dev/serial/by-id' "
                      "shows those that are");
    CHECK_THROWS_WITH((serial_port{"/dev/null", {}}), "/dev/null: is not a serial port");
    CHECK_THAT(serial_advice(EACCES), ContainsSubstring("dialout"));
    CHECK(serial_advice(EIO).empty());
    const peer::terminal terminal;
    CHECK_THROWS_WITH((serial_port{terminal.name(), {.speed = 1234}}), ContainsSubstring("no port has 1234 Bd"));
}

TEST_CASE("the speeds that a port can have are known") {
    for (const int speed : {300, 1200, 9600, 115'200, 460'800}) CHECK(serial_port::knows(speed));
    for (const int speed : {0, -1, 1, 1234, 100'000}) CHECK_FALSE(serial_port::knows(speed));
}

TEST_CASE("what came before a port was opened, or flushed, is forgotten") {
    const peer::terminal terminal;
    const serial_port keeps_open{
        descriptor{::open(terminal.name().c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)}, terminal.name(), {}};
    ::flock(keeps_open.fd(), LOCK_UN);
    ::ioctl(keeps_open.fd(), TIOCNXCL);
    terminal.write("old");
    serial_port port{terminal.name(), {}};
    terminal.write("new");
    CHECK(peer::read_bytes(port, 3) == "new");
}

TEST_CASE("a device that is unplugged is an error") {
    std::optional<peer::terminal> terminal{std::in_place};
    serial_port port{terminal->name(), {}};
    const auto path = terminal->name();
    terminal.reset();
    CHECK_THROWS_WITH(peer::read_bytes(port, 1), StartsWith(path + ": the device is gone: "));
    CHECK_THROWS_AS(port.write("a"), io_failure);
}
