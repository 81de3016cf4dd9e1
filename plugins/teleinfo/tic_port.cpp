// SPDX-License-Identifier: Apache-2.0
#include "tic_port.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

namespace releve::teleinfo {

namespace {

constexpr std::string_view tcp_scheme = "tcp://";

std::string reason(int error) { return std::generic_category().message(error); }

/// What a person can do about it.
std::string advice(int error) {
    switch (error) {
    case EACCES:
        return "; the user of this program needs the group 'dialout'";
    case EBUSY:
    case EWOULDBLOCK:
        return "; another program reads this port: only one can";
    case ENOENT:
        return "; is the adapter plugged in? 'ls /dev/serial/by-id' shows those that are";
    default:
        return "";
    }
}

speed_t termios_speed(int baud) {
    switch (baud) {
    case 1200:
        return B1200;
    case 2400:
        return B2400;
    case 4800:
        return B4800;
    case 9600:
        return B9600;
    case 19200:
        return B19200;
    default:
        throw std::invalid_argument("no speed of " + std::to_string(baud) + " Bd");
    }
}

} // namespace

tic_port::tic_port(std::string where)
    : where_{std::move(where)} {
    if (where_.empty()) throw std::invalid_argument("is empty; give a device, a file or tcp://host:port");
    const std::string_view all = where_;
    if (all.find('\0') != std::string_view::npos) throw std::invalid_argument("holds a NUL character");
    if (all.substr(0, tcp_scheme.size()) != tcp_scheme) {
        if (all.find("://") != std::string_view::npos)
            throw std::invalid_argument("has a scheme that is not known; give a device, a file or tcp://host:port");
        return;
    }
    auto rest = all.substr(tcp_scheme.size());
    const auto colon = rest.rfind(':');
    if (colon == std::string_view::npos) throw std::invalid_argument("has no port number; write tcp://host:port");
    service_ = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (rest.size() > 2 && rest.front() == '[' && rest.back() == ']') rest = rest.substr(1, rest.size() - 2);
    host_ = rest;
    const bool digits =
        !service_.empty() && service_.size() <= 5 && service_.find_first_not_of("0123456789") == std::string::npos;
    if (host_.empty() || !digits || std::stoi(service_) == 0 || std::stoi(service_) > 65535)
        throw std::invalid_argument("is not of the form tcp://host:port with a port of 1 to 65535");
}

void tic_port::open(int speed, const waiter& wait) {
    close();
    at_end_ = false;
    try {
        if (is_tcp())
            open_tcp(wait);
        else
            open_path(speed);
    } catch (...) {
        close();
        throw;
    }
}

void tic_port::close() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    serial_ = recording_ = false;
}

void tic_port::open_path(int speed) {
    const auto fail = [this](int error) { throw std::runtime_error(where_ + ": " + reason(error) + advice(error)); };
    fd_ = ::open(where_.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd_ < 0) fail(errno);
    struct stat about {};
    if (::fstat(fd_, &about) != 0) fail(errno);
    recording_ = S_ISREG(about.st_mode);
    serial_ = S_ISCHR(about.st_mode) && ::isatty(fd_) == 1;
    if (!serial_) return;
    // Two readers of one port share its bytes between them, and both see only damaged groups. The lock also keeps out
    // another of root's programs, which TIOCEXCL does not.
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) fail(errno);
    if (::ioctl(fd_, TIOCEXCL) != 0) fail(errno);
    configure(speed);
}

void tic_port::configure(int speed) {
    termios settings{};
    if (::tcgetattr(fd_, &settings) != 0) throw std::runtime_error(where_ + ": is no serial port: " + reason(errno));
    ::cfmakeraw(&settings);
    settings.c_cflag &= ~static_cast<tcflag_t>(CSIZE | CSTOPB | PARODD | CRTSCTS);
    settings.c_cflag |= CS7 | PARENB | CLOCAL | CREAD;
    // A byte with bad parity is read as NUL, which no group holds: better than the six bits of the checksum alone.
    settings.c_iflag &= ~static_cast<tcflag_t>(IGNPAR | PARMRK | ISTRIP | IXON | IXOFF | IXANY);
    settings.c_iflag |= INPCK;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    ::cfsetispeed(&settings, termios_speed(speed));
    ::cfsetospeed(&settings, termios_speed(speed));
    if (::tcsetattr(fd_, TCSANOW, &settings) == 0) return;
    // A port that has no parity (a pseudo-terminal, a mini-UART): eight bits, and the reader takes the parity off
    // bit 7.
    settings.c_cflag = (settings.c_cflag & ~static_cast<tcflag_t>(CSIZE | PARENB)) | CS8;
    if (errno != EINVAL || ::tcsetattr(fd_, TCSANOW, &settings) != 0)
        throw std::runtime_error(where_ + ": cannot be set to " + std::to_string(speed) + " Bd, 7E1: " + reason(errno));
}

void tic_port::set_speed(int speed) {
    if (!serial_) return;
    configure(speed);
    ::tcflush(fd_, TCIFLUSH);
}

void tic_port::open_tcp(const waiter& wait) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(host_.c_str(), service_.c_str(), &hints, &found); error != 0)
        throw std::runtime_error(where_ + ": " + ::gai_strerror(error));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all{found, &::freeaddrinfo};
    int error = ENOENT;
    for (const auto* one = found; one != nullptr; one = one->ai_next) {
        close();
        fd_ = ::socket(one->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, one->ai_protocol);
        if (fd_ < 0) {
            error = errno;
            continue;
        }
        error = ::connect(fd_, one->ai_addr, one->ai_addrlen) == 0 ? 0 : errno;
        if (error == EINPROGRESS) {
            if (!wait(fd_, POLLOUT, std::chrono::seconds{10})) {
                error = ETIMEDOUT;
                continue;
            }
            socklen_t size = sizeof error;
            ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
        }
        if (error == 0) break;
    }
    if (error != 0) throw std::runtime_error(where_ + ": " + reason(error));
    // The line only speaks to us: without these a peer that lost its power is never noticed.
    const int on = 1, idle_s = 10, interval_s = 5, probes = 3;
    ::setsockopt(fd_, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(fd_, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    ::setsockopt(fd_, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof interval_s);
    ::setsockopt(fd_, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

std::string_view tic_port::read(std::size_t most) {
    const auto size = ::read(fd_, buffer_.data(), std::min(most, buffer_.size()));
    if (size > 0) return {buffer_.data(), static_cast<std::size_t>(size)};
    if (size < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {};
        throw std::runtime_error(where_ + ": " + reason(errno));
    }
    if (!recording_)
        throw std::runtime_error(where_ + (is_tcp() ? ": the other side closed the connection" : ": is gone"));
    at_end_ = true;
    return {};
}

} // namespace releve::teleinfo
