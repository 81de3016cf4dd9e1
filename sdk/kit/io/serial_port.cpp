// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/serial_port.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <cerrno>
#include <utility>

namespace releve::kit {
namespace {

constexpr std::pair<int, speed_t> speeds[] = {
    {300, B300},         {600, B600},         {1200, B1200},       {2400, B2400},       {4800, B4800},
    {9600, B9600},       {19200, B19200},     {38400, B38400},     {57600, B57600},     {115200, B115200},
    {230400, B230400},   {460800, B460800},   {500000, B500000},   {576000, B576000},   {921600, B921600},
    {1000000, B1000000}, {1152000, B1152000}, {1500000, B1500000}, {2000000, B2000000}, {2500000, B2500000},
    {3000000, B3000000}, {3500000, B3500000}, {4000000, B4000000}};

/// B0 (which would hang up): no such speed.
speed_t code_of(int speed) noexcept {
    for (const auto& [one, code] : speeds)
        if (one == speed) return code;
    return B0;
}

[[noreturn]] void fail(const std::string& path, int error) {
    throw io_failure(path + ": " + error_text(error) + serial_advice(error), error);
}

descriptor open_device(const std::string& path, bool writable) {
    descriptor device{::open(path.c_str(), (writable ? O_RDWR : O_RDONLY) | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    if (!device) fail(path, errno);
    return device;
}

termios raw_settings(const serial_settings& as, termios of) noexcept {
    ::cfmakeraw(&of);
    of.c_cflag &= ~static_cast<tcflag_t>(CSIZE | CSTOPB | PARENB | PARODD | CRTSCTS);
    of.c_cflag |= CLOCAL | CREAD;
    of.c_iflag &= ~static_cast<tcflag_t>(IGNPAR | PARMRK | INPCK | ISTRIP | IXON | IXOFF | IXANY);
    if (as.bits == framing::seven_even_one) {
        of.c_cflag |= CS7 | PARENB;
        of.c_iflag |= INPCK;
        if (as.bad_parity == parity_error::mark) of.c_iflag |= PARMRK;
    } else {
        of.c_cflag |= CS8;
    }
    of.c_cc[VMIN] = 1;
    of.c_cc[VTIME] = 0;
    ::cfsetispeed(&of, code_of(as.speed));
    ::cfsetospeed(&of, code_of(as.speed));
    return of;
}

} // namespace

std::string serial_advice(int error) {
    switch (error) {
    case EACCES:
        return "; the user of this program needs the group 'dialout'";
    case EBUSY:
    case EWOULDBLOCK:
        return "; another program uses this port: only one can";
    case ENOENT:
    case ENODEV:
    case ENXIO:
        return "; is the device plugged in? 'ls /dev/serial/by-id' shows those that are";
    default:
        return {};
    }
}

bool serial_port::knows(int speed) noexcept { return code_of(speed) != B0; }

serial_port::serial_port(const std::string& path, const serial_settings& settings)
    : serial_port{open_device(path, settings.writable), path, settings} {
    flush();
}

serial_port::serial_port(descriptor device, std::string path, const serial_settings& settings)
    : fd_{std::move(device)}
    , path_{std::move(path)}
    , settings_{settings} {
    // Two readers of one port share its bytes between them, and both see only damage. The lock also keeps out another
    // of root's programs, which TIOCEXCL does not.
    if (::flock(fd(), LOCK_EX | LOCK_NB) != 0) fail(path_, errno);
    if (::isatty(fd()) != 1) throw io_failure(path_ + ": is not a serial port", ENOTTY);
    if (::ioctl(fd(), TIOCEXCL) != 0) fail(path_, errno);
    configure();
}

void serial_port::configure() {
    const bool seven_bits = settings_.bits == framing::seven_even_one;
    if (!knows(settings_.speed)) throw io_failure(path_ + ": no port has " + std::to_string(settings_.speed) + " Bd");
    termios before{};
    if (::tcgetattr(fd(), &before) != 0) fail(path_, errno);
    auto settings = raw_settings(settings_, before);
    int error = ::tcsetattr(fd(), TCSANOW, &settings) == 0 ? 0 : errno;
    if (seven_bits && error == EINVAL) { // a mini-UART that has no parity
        settings.c_cflag = (settings.c_cflag & ~static_cast<tcflag_t>(CSIZE | PARENB)) | CS8;
        error = ::tcsetattr(fd(), TCSANOW, &settings) == 0 ? 0 : errno;
    }
    termios after{}; // a pseudo-terminal says that it has parity, and has none
    if (error == 0 && ::tcgetattr(fd(), &after) != 0) error = errno;
    if (error != 0)
        throw io_failure(path_ + ": can't be set to " + std::to_string(settings_.speed) + " Bd, " +
                             (seven_bits ? "7E1" : "8N1") + ": " + error_text(error),
                         error);
    parity_in_bit_7_ = seven_bits && ((after.c_cflag & CSIZE) != CS7 || (after.c_cflag & PARENB) == 0);
}

void serial_port::set_speed(int speed) {
    settings_.speed = speed;
    configure();
    ::tcflush(fd(), TCIFLUSH);
}

void serial_port::flush() noexcept { ::tcflush(fd(), TCIOFLUSH); }

std::size_t serial_port::read(std::span<char> into) {
    const auto size = ::read(fd(), into.data(), into.size());
    if (size > 0) return static_cast<std::size_t>(size);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    const int error = size == 0 ? EIO : errno;
    throw io_failure(path_ + ": the device is gone: " + error_text(error), error);
}

std::size_t serial_port::write(std::string_view bytes) {
    const auto size = ::write(fd(), bytes.data(), bytes.size());
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno == EAGAIN || errno == EINTR) return 0;
    const int error = errno;
    throw io_failure(path_ + ": the device is gone: " + error_text(error), error);
}

} // namespace releve::kit
