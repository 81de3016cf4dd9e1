// SPDX-License-Identifier: Apache-2.0
// The other side of a port: what a test holds in place of a meter.
#pragma once
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pty.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

namespace peers {

inline void check(bool good, const char* what) {
    if (!good) throw std::system_error(errno, std::generic_category(), what);
}

inline void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto size = ::write(fd, bytes.data(), bytes.size());
        check(size > 0, "write");
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
}

/// A pseudo-terminal: the plugin opens name(), the test holds fd(). Gone, like an unplugged adapter, when destroyed.
class terminal {
public:
    terminal() {
        int slave = -1;
        char name[128];
        check(::openpty(&master_, &slave, name, nullptr, nullptr) == 0, "openpty");
        name_ = name;
        // Raw from the start: bytes written before the plugin opens it must not be echoed.
        termios settings{};
        ::tcgetattr(slave, &settings);
        ::cfmakeraw(&settings);
        ::tcsetattr(slave, TCSANOW, &settings);
        ::close(slave);
    }
    terminal(const terminal&) = delete;
    terminal& operator=(const terminal&) = delete;
    ~terminal() { ::close(master_); }
    int fd() const { return master_; }
    const std::string& name() const { return name_; }
    void write(std::string_view bytes) const { write_all(master_, bytes); }
    /// The speed that the plugin has set.
    speed_t speed() const {
        termios settings{};
        check(::tcgetattr(master_, &settings) == 0, "tcgetattr");
        return ::cfgetispeed(&settings);
    }

private:
    int master_ = -1;
    std::string name_;
};

/// A TCP server on a free port of loopback.
class server {
public:
    server()
        : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        check(fd_ >= 0, "socket");
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        check(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) == 0, "bind");
        check(::listen(fd_, 8) == 0, "listen");
        check(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
        port_ = ntohs(address.sin_port);
    }
    server(const server&) = delete;
    server& operator=(const server&) = delete;
    ~server() { close(); }
    int port() const { return port_; }
    int accept() const {
        const int peer = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
        check(peer >= 0, "accept");
        return peer;
    }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

private:
    int fd_;
    int port_ = 0;
};

/// A file with this content, removed at the end.
class file {
public:
    explicit file(std::string_view content) {
        const int fd = ::mkstemp(name_.data());
        check(fd >= 0, "mkstemp");
        write_all(fd, content);
        ::close(fd);
    }
    file(const file&) = delete;
    file& operator=(const file&) = delete;
    ~file() { ::unlink(name_.c_str()); }
    const std::string& name() const { return name_; }

private:
    std::string name_ = "/tmp/releve-teleinfo-XXXXXX";
};

} // namespace peers
