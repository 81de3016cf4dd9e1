// SPDX-License-Identifier: Apache-2.0
// A peer that sends without end, as fast as it can or a little now and then.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace wes_testing {

/// To each connection it sends `first`, then `endless` again and again, with `pause` between two, until the client
/// closes or the peer ends.
class flood_peer {
public:
    flood_peer(std::string first, std::string endless, std::chrono::milliseconds pause = {})
        : first_{std::move(first)}
        , endless_{std::move(endless)}
        , pause_{pause}
        , fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        if (::bind(fd_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(fd_, 64) != 0 ||
            ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
            throw std::runtime_error("no free port");
        port_ = ntohs(at.sin_port);
        accepting_ = std::thread{[this] { accept(); }};
    }
    ~flood_peer() {
        ending_ = true;
        ::shutdown(fd_, SHUT_RDWR);
        accepting_.join();
        for (auto& one : sending_) one.join();
        ::close(fd_);
    }
    flood_peer(const flood_peer&) = delete;
    flood_peer& operator=(const flood_peer&) = delete;

    std::uint16_t port() const { return port_; }
    /// What later connections get first.
    void now(std::string first) {
        const std::lock_guard lock{mutex_};
        first_ = std::move(first);
    }
    int connections() const { return connections_; }

private:
    void accept() {
        for (;;) {
            const int one = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
            if (one < 0) return;
            ++connections_;
            sending_.emplace_back([this, one] {
                flood(one);
                ::close(one);
            });
        }
    }
    /// False: the client is gone. What it sends is read, so that its end is seen.
    bool send_all(int to, std::string_view bytes) const {
        while (!bytes.empty() && !ending_) {
            pollfd ready{to, POLLIN | POLLOUT, 0};
            ::poll(&ready, 1, 100);
            if ((ready.revents & (POLLERR | POLLHUP)) != 0) return false;
            if ((ready.revents & POLLIN) != 0) {
                char ignored[4096];
                if (::recv(to, ignored, sizeof ignored, MSG_DONTWAIT) <= 0) return false;
            }
            if ((ready.revents & POLLOUT) == 0) continue;
            const auto sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return !ending_;
    }
    void flood(int to) const {
        std::string first;
        {
            const std::lock_guard lock{mutex_};
            first = first_;
        }
        if (!send_all(to, first)) return;
        if (endless_.empty()) ::shutdown(to, SHUT_WR);
        while (endless_.empty() && !ending_) { // until the client closes
            pollfd ready{to, POLLIN, 0};
            char ignored[4096];
            if (::poll(&ready, 1, 100) > 0 && ::recv(to, ignored, sizeof ignored, MSG_DONTWAIT) <= 0) return;
        }
        while (send_all(to, endless_)) ::poll(nullptr, 0, static_cast<int>(pause_.count()));
    }

    mutable std::mutex mutex_;
    std::string first_, endless_;
    std::chrono::milliseconds pause_;
    int fd_;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_{0};
    std::atomic<bool> ending_{false};
    std::thread accepting_;
    std::vector<std::thread> sending_;
};

inline std::string many(std::string_view one, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += one;
    return all;
}

/// The most memory that this process ever had.
inline long peak_kib() {
#ifdef __SANITIZE_ADDRESS__
    return long{0}; // it keeps what is freed, to find its use: not measured
#else
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
#endif
}

struct flood {
    const char* name;
    std::string first, endless;
};

/// Every part of an HTTP reply, without end.
inline std::vector<flood> http_floods() {
    const std::string ok = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n";
    const auto chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    return {{"a status line", "HTTP/1.1 200 ", "O"},
            {"blank lines", "", "\r\n"},
            {"headers", ok, "X-More: of it\r\n"},
            {"a header", ok + "X-More: ", "a"},
            {"a folded header", ok + "X-More: a\r\n", " b\r\n"},
            {"interim replies", "", "HTTP/1.1 100 Continue\r\n\r\n"},
            {"a body", ok + "\r\n<data>", "<a>1</a>"},
            {"a body of a length", ok + "Content-Length: 99999999999\r\n\r\n", " "},
            {"small chunks", chunked, "1\r\n \r\n"},
            {"the size of a chunk", chunked, "0"},
            {"an extension of a chunk", chunked + "5;x=", "a"},
            {"extensions of chunks", chunked, "1;x=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n \r\n"},
            {"trailers", chunked + "0\r\n", "X-More: of it\r\n"},
            {"a trailer", chunked + "0\r\nX-More: ", "a"}};
}

} // namespace wes_testing
