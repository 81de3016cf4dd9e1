// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/device.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace releve::testing {

namespace {

constexpr int a_minute = 60'000; // ms

int checked(int answer, const char* what) {
    if (answer < 0) throw std::system_error(errno, std::generic_category(), what);
    return answer;
}

void close_if_open(int& fd) noexcept {
    if (const int old = std::exchange(fd, -1); old >= 0) ::close(old);
}

} // namespace

tcp_device::tcp_device()
    : listener_{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")} {
    try {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        checked(::bind(listener_, any, size), "bind");
        checked(::listen(listener_, 4), "listen");
        checked(::getsockname(listener_, any, &size), "getsockname");
        port_ = ntohs(address.sin_port);
    } catch (...) {
        ::close(listener_);
        throw;
    }
}

tcp_device::~tcp_device() {
    hang_up();
    close_if_open(listener_);
}

std::string tcp_device::url() const { return "tcp://127.0.0.1:" + std::to_string(port_); }

int tcp_device::connection() {
    pollfd asked{listener_, POLLIN, 0};
    const int waiting = ::poll(&asked, 1, connection_ >= 0 ? 0 : a_minute);
    if (waiting <= 0 && connection_ >= 0) return connection_;
    if (waiting <= 0)
        throw std::runtime_error("nobody has connected to port " + std::to_string(port_) + " within a minute");
    hang_up();
    connection_ = checked(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), "accept");
    const int on = 1;
    ::setsockopt(connection_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return connection_;
}

void tcp_device::hang_up() { close_if_open(connection_); }

serial_device::serial_device()
    : line_{checked(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt")} {
    try {
        std::array<char, 64> name{};
        checked(::grantpt(line_), "grantpt");
        checked(::unlockpt(line_), "unlockpt");
        checked(-::ptsname_r(line_, name.data(), name.size()), "ptsname");
        path_ = name.data();
        termios raw{}; // until the node sets it up, nothing is echoed
        checked(::tcgetattr(line_, &raw), "tcgetattr");
        ::cfmakeraw(&raw);
        checked(::tcsetattr(line_, TCSANOW, &raw), "tcsetattr");
    } catch (...) {
        ::close(line_);
        throw;
    }
}

serial_device::~serial_device() { unplug(); }

void serial_device::unplug() { close_if_open(line_); }

} // namespace releve::testing
