// SPDX-License-Identifier: Apache-2.0
#include "store/server_guard.hpp"

#include <releve/failure.hpp>
#include <releve/kit/text/number.hpp>

#include <fcntl.h>
#include <linux/tcp.h> // tcp_info with its byte counts
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace releve::sql {
namespace {

/// The longest answer to what the sink asks, 200 series with their labels, has half a megabyte.
constexpr std::uint64_t max_answer_bytes = 4 << 20;
/// How often the kernel's count, and whether the node is to stop, are looked at while an answer is awaited.
constexpr auto look_again = std::chrono::milliseconds{10};
/// How long a node that is to stop still waits for an answer: the host's time to drain is short.
constexpr auto wait_at_stop = std::chrono::seconds{2};

/// The sockets of this process, by descriptor: "socket:[4711]".
std::map<int, std::string> sockets() {
    std::map<int, std::string> all;
    std::error_code gone;
    const std::filesystem::directory_iterator end;
    for (std::filesystem::directory_iterator one{"/proc/self/fd", gone}; !gone && one != end; one.increment(gone)) {
        std::error_code closed;
        const auto name = std::filesystem::read_symlink(one->path(), closed).string();
        const auto descriptor = kit::integer_in<int>(one->path().filename().string());
        if (!closed && descriptor && name.starts_with("socket:")) all.emplace(*descriptor, name);
    }
    return all;
}

/// The port that a TCP socket is connected to; 0: it is not a TCP socket, or not connected yet.
int peer_port(int socket) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return 0;
    if (peer.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(peer).sin_port);
    if (peer.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(peer).sin6_port);
    return 0;
}

} // namespace

server_guard::~server_guard() {
    {
        const std::lock_guard lock{mutex_};
        over_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void server_guard::start_thread() {
    last_request_ = clock::now();
    sent_ = received_ = answer_ = 0;
    counted_ = false;
    why_ = end::none;
    changed_.notify_one(); // it may have ended the last one
    if (!thread_.joinable()) thread_ = std::thread{[this] { run(); }};
}

void server_guard::expect(int port) {
    const std::lock_guard lock{mutex_};
    socket_.reset();
    known_sockets_.clear();
    for (const auto& [descriptor, name] : sockets()) known_sockets_.insert(name);
    expected_port_ = port;
    start_thread();
}

void server_guard::find() {
    for (const auto& [descriptor, name] : sockets()) {
        if (known_sockets_.count(name) != 0) continue;
        kit::descriptor copy{::fcntl(descriptor, F_DUPFD_CLOEXEC, 0)}; // stays what it is, whoever closes the other
        if (copy && peer_port(copy.get()) == expected_port_) {
            socket_ = std::move(copy);
            return;
        }
    }
}

void server_guard::watch(int socket) {
    const std::lock_guard lock{mutex_};
    expected_port_ = 0;
    socket_.reset(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
    start_thread();
}

void server_guard::working(bool is) {
    {
        const std::lock_guard lock{mutex_};
        working_ = is;
        answer_ = 0;
        last_request_ = clock::now();
    }
    if (is) changed_.notify_one();
}

void server_guard::proceeds() {
    const std::lock_guard lock{mutex_};
    if (counted_) return;
    answer_ = 0;
    last_request_ = clock::now();
}

bool server_guard::received(std::size_t bytes) {
    const std::lock_guard lock{mutex_};
    answer_ += bytes;
    if (answer_ > max_answer_bytes) why_ = end::too_much;
    return answer_ <= max_answer_bytes;
}

server_guard::end server_guard::why() const {
    const std::lock_guard lock{mutex_};
    return why_;
}

void server_guard::count() {
    tcp_info info{};
    socklen_t size = sizeof info;
    counted_ = ::getsockopt(socket_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) == 0;
    if (!counted_) return; // a Unix socket
    if (info.tcpi_bytes_sent != sent_) {
        sent_ = info.tcpi_bytes_sent;
        received_ = info.tcpi_bytes_received;
        last_request_ = clock::now();
    }
    answer_ = std::max<std::uint64_t>(answer_, info.tcpi_bytes_received - received_);
}

server_guard::end server_guard::reason(clock::time_point now) {
    if (why_ == end::too_much || answer_ > max_answer_bytes) return end::too_much;
    if (now - last_request_ >= timeout_) return end::no_answer;
    if (!stopping_()) {
        stop_seen_ = {};
        return end::none;
    }
    if (stop_seen_ == clock::time_point{}) stop_seen_ = now;
    return now - std::max(last_request_, stop_seen_) >= wait_at_stop ? end::stop : end::none;
}

void server_guard::run() {
    std::unique_lock lock{mutex_};
    while (!over_) {
        if (working_ && !socket_ && expected_port_ != 0) find();
        if (working_ && !socket_ && expected_port_ != 0) {
            changed_.wait_for(lock, look_again);
            continue;
        }
        if (!working_ || why_ != end::none || !socket_) {
            changed_.wait(lock);
            continue;
        }
        count();
        why_ = reason(clock::now());
        if (why_ != end::none)
            ::shutdown(socket_.get(), SHUT_RDWR);
        else
            changed_.wait_for(lock, look_again);
    }
}

void throw_if_ended(const server_guard& of, const std::string& where) {
    switch (of.why()) {
    case server_guard::end::none:
        return;
    case server_guard::end::no_answer:
        throw transient_error(where + " does not answer: the connection was ended after timeout");
    case server_guard::end::too_much:
        throw transient_error(where + " sends more than it was asked for: the connection was ended. Is this the right "
                                      "server?");
    case server_guard::end::stop:
        throw transient_error(where + " does not answer, and the node is to stop: the connection was ended");
    }
}

} // namespace releve::sql
