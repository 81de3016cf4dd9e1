// SPDX-License-Identifier: Apache-2.0
#include "serial_port.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>

namespace releve::sms {

namespace {

std::optional<speed_t> termios_speed(int speed) {
    switch (speed) {
    case 9600:
        return B9600;
    case 19200:
        return B19200;
    case 38400:
        return B38400;
    case 57600:
        return B57600;
    case 115200:
        return B115200;
    case 230400:
        return B230400;
    case 460800:
        return B460800;
    default:
        return {};
    }
}

std::string advice(int error) {
    if (error == EACCES) return "; the user of this program needs the group 'dialout'";
    if (error == EBUSY || error == EWOULDBLOCK) return "; another program uses this port: only one can";
    if (error == ENOENT) return "; is the modem plugged in? 'ls /dev/serial/by-id' shows those that are";
    return {};
}

} // namespace

bool serial_port::knows(int speed) { return termios_speed(speed).has_value(); }

void serial_port::close() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

void serial_port::open(int speed) {
    close();
    const auto fail = [this](int error) {
        close();
        throw std::runtime_error(path_ + ": " + std::strerror(error) + advice(error));
    };
    fd_ = ::open(path_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd_ < 0) fail(errno);
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) fail(errno);
    termios settings{};
    if (::tcgetattr(fd_, &settings) != 0) fail(errno);
    ::cfmakeraw(&settings);
    settings.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
    settings.c_cflag |= CLOCAL | CREAD;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    const auto known = termios_speed(speed).value_or(B115200);
    ::cfsetispeed(&settings, known);
    ::cfsetospeed(&settings, known);
    if (::tcsetattr(fd_, TCSANOW, &settings) != 0) fail(errno);
    ::tcflush(fd_, TCIOFLUSH);
}

void serial_port::read(std::string& to) {
    std::array<char, 4096> part{};
    const auto got = ::read(fd_, part.data(), part.size());
    if (got > 0) {
        to.append(part.data(), static_cast<std::size_t>(got));
        return;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    const int error = got == 0 ? EIO : errno;
    throw std::runtime_error(path_ + ": the modem is gone: " + std::strerror(error));
}

std::size_t serial_port::write(std::string_view bytes) {
    const auto taken = ::write(fd_, bytes.data(), bytes.size());
    if (taken >= 0) return static_cast<std::size_t>(taken);
    if (errno == EAGAIN || errno == EINTR) return 0;
    throw std::runtime_error(path_ + ": the modem is gone: " + std::strerror(errno));
}

} // namespace releve::sms
