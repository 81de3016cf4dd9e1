// SPDX-License-Identifier: Apache-2.0
// The other side of a port or a socket.
#pragma once
#include <releve/kit/io/descriptor.hpp>
#include <releve/kit/io/wait.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pty.h>
#include <sys/socket.h>
#include <termios.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace peer {

/// Of real time: a busy machine does not fail a test.
constexpr std::chrono::minutes timeout{2};

inline void check(bool good, const char* what) {
    if (!good) throw std::system_error(errno, std::generic_category(), what);
}

/// Reads a port or a stream until this many bytes are there.
template <class From>
std::string read_bytes(From& from, std::size_t count) {
    std::string all;
    std::array<char, 256> part{};
    const auto wait = releve::kit::poll_waiter();
    while (all.size() < count && wait.ready(from.fd(), RELEVE_READABLE, timeout))
        all.append(part.data(), from.read(part));
    return all;
}

/// A pseudo-terminal; gone, like an unplugged adapter, when destroyed.
class terminal {
public:
    terminal() {
        int master = -1, slave = -1;
        std::array<char, 128> name{};
        check(::openpty(&master, &slave, name.data(), nullptr, nullptr) == 0, "openpty");
        master_.reset(master);
        name_ = name.data();
        termios settings{};
        ::tcgetattr(slave, &settings);
        ::cfmakeraw(&settings); // what is written before it is opened is not echoed
        ::tcsetattr(slave, TCSANOW, &settings);
        ::close(slave);
    }
    int fd() const { return master_.get(); }
    const std::string& name() const { return name_; }
    void write(std::string_view bytes) const {
        check(::write(fd(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "write");
    }
    std::size_t read(std::span<char> into) const {
        const auto size = ::read(fd(), into.data(), into.size());
        check(size >= 0, "read");
        return static_cast<std::size_t>(size);
    }

private:
    releve::kit::descriptor master_;
    std::string name_;
};

/// Listens on a free port of 127.0.0.1, or has none listening on it after close().
class server {
public:
    explicit server(int backlog = 8)
        : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        check(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0, "bind");
        check(::listen(fd_.get(), backlog) == 0, "listen");
        check(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
        port_ = ntohs(address.sin_port);
    }
    std::uint16_t port() const { return port_; }
    releve::kit::descriptor accept() const {
        releve::kit::descriptor made{::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        check(static_cast<bool>(made), "accept");
        return made;
    }
    void close() { fd_.reset(); }

private:
    releve::kit::descriptor fd_;
    std::uint16_t port_ = 0;
};

} // namespace peer
