// SPDX-License-Identifier: Apache-2.0
#include "m2m/link.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>

namespace releve::wes {
namespace {

using namespace releve::literals;
constexpr duration between_looks = 20ms; // at a name that is being looked up

std::string said(int error) {
    switch (error) {
    case ECONNREFUSED:
        return "refuses the connection";
    case ECONNRESET:
    case EPIPE:
        return "cut the connection";
    case EHOSTUNREACH:
    case ENETUNREACH:
        return "can't be reached: " + std::system_category().message(error);
    default:
        return "fails: " + std::system_category().message(error);
    }
}

} // namespace

/// getaddrinfo blocks, and can't be told to stop: the thread outlives a link that gives up, with what it writes to.
struct m2m_link::lookup {
    std::string host, port;
    sockaddr_storage found{};
    socklen_t size = 0;
    int error = 0;
    std::atomic<bool> done{false};

    void run() {
        addrinfo hints{}, *all = nullptr;
        hints.ai_socktype = SOCK_STREAM;
        error = getaddrinfo(host.c_str(), port.c_str(), &hints, &all);
        if (error == 0 && all != nullptr) {
            std::memcpy(&found, all->ai_addr, all->ai_addrlen);
            size = all->ai_addrlen;
        }
        if (all != nullptr) freeaddrinfo(all);
        done.store(true, std::memory_order_release);
    }
};

m2m_link::m2m_link(m2m_address to)
    : to_{std::move(to)} {
    sockaddr_in four{};
    sockaddr_in6 six{};
    if (inet_pton(AF_INET, to_.host.c_str(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        four.sin_port = htons(to_.port);
        std::memcpy(&at_, &four, at_size_ = sizeof four);
    } else if (inet_pton(AF_INET6, to_.host.c_str(), &six.sin6_addr) == 1) {
        six.sin6_family = AF_INET6;
        six.sin6_port = htons(to_.port);
        std::memcpy(&at_, &six, at_size_ = sizeof six);
    }
}

m2m_link::~m2m_link() { close(); }

void m2m_link::close() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    step_ = step::idle;
    lookup_.reset();
}

std::int16_t m2m_link::events() const noexcept { return step_ == step::connecting ? POLLOUT : POLLIN; }

m2m_link::outcome m2m_link::fail(std::string why) {
    close();
    failure_ = std::move(why);
    return outcome::failed;
}

void m2m_link::ask(std::string_view command, duration now) {
    command_ = command;
    failure_.clear();
    fresh_ = !still_open();
    deadline_ = look_again_ = now; // go_on does the rest, at once
    if (!fresh_) {
        step_ = step::connecting;
        return;
    }
    deadline_ = now + to_.connect_limit;
    step_ = step::resolving;
}

/// Throws away what came unasked since the last reply.
bool m2m_link::still_open() {
    std::array<char, 512> unasked{};
    for (int i = 0; fd_ >= 0 && i < 16; ++i) {
        const auto size = recv(fd_, unasked.data(), unasked.size(), MSG_DONTWAIT);
        if (size > 0) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
        break;
    }
    close();
    return false;
}

m2m_link::outcome m2m_link::go_on(duration now) {
    switch (step_) {
    case step::resolving:
        return resolve(now);
    case step::connecting:
        return connect(now);
    case step::awaiting:
        if (const auto came = receive(); came != outcome::under_way) return came;
        return now >= deadline_ ? fail("does not answer " + command_) : outcome::under_way;
    case step::idle:
        break;
    }
    return outcome::under_way;
}

m2m_link::outcome m2m_link::resolve(duration now) {
    if (at_size_ == 0) {
        if (!lookup_) {
            lookup_ = std::make_shared<lookup>();
            lookup_->host = to_.host;
            lookup_->port = std::to_string(to_.port);
            std::thread{[it = lookup_] { it->run(); }}.detach();
        }
        if (!lookup_->done.load(std::memory_order_acquire)) {
            look_again_ = now + between_looks;
            return now >= deadline_ ? fail("has a name that nobody resolves in time") : outcome::under_way;
        }
        if (lookup_->size == 0) return fail(std::string{"has no address: "} + gai_strerror(lookup_->error));
    }
    const auto& address = at_size_ != 0 ? at_ : lookup_->found;
    const auto size = at_size_ != 0 ? at_size_ : lookup_->size;
    fd_ = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return fail(said(errno));
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int begun = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), size);
    const int error = errno;
    lookup_.reset();
    if (begun != 0 && error != EINPROGRESS) return fail(said(error));
    step_ = step::connecting;
    return outcome::under_way;
}

m2m_link::outcome m2m_link::connect(duration now) {
    if (!fresh_) return send(now);
    pollfd one{fd_, POLLOUT, 0};
    if (poll(&one, 1, 0) == 0) return now >= deadline_ ? fail("does not take the connection") : outcome::under_way;
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    return error != 0 ? fail(said(error)) : send(now);
}

m2m_link::outcome m2m_link::send(duration now) {
    const auto line = command_ + "\n";
    reply_.begin(command_);
    const auto sent = ::send(fd_, line.data(), line.size(), MSG_NOSIGNAL);
    if (sent < 0) return fail(said(errno));
    if (static_cast<std::size_t>(sent) != line.size()) return fail("takes no whole command");
    step_ = step::awaiting;
    deadline_ = now + to_.limit;
    return outcome::under_way;
}

m2m_link::outcome m2m_link::receive() {
    std::array<char, 512> bytes{};
    for (;;) {
        const auto size = recv(fd_, bytes.data(), bytes.size(), 0);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return outcome::under_way;
        if (size < 0) return fail(said(errno));
        if (size == 0) return fail("closed the connection instead of answering " + command_);
        reply_.feed({bytes.data(), static_cast<std::size_t>(size)});
        if (reply_.is() == m2m_reply::state::broken) return fail("answers " + command_ + " with what is no M2M reply");
        if (reply_.is() == m2m_reply::state::awaited) continue;
        step_ = step::idle;
        return outcome::answered;
    }
}

} // namespace releve::wes
