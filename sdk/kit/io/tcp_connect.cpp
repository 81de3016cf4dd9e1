// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/tcp_connect.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace releve::kit {
namespace {

void set(int fd, int level, int option, int value) noexcept { ::setsockopt(fd, level, option, &value, sizeof value); }

} // namespace

std::string connection_problem(int error) {
    switch (error) {
    case ECONNREFUSED:
        return "refuses the connection";
    case ECONNRESET:
    case EPIPE:
        return "cut the connection";
    case ETIMEDOUT:
        return "does not accept the connection in time";
    case EHOSTUNREACH:
    case ENETUNREACH:
        return "can't be reached: " + error_text(error);
    default:
        return "can't be connected to: " + error_text(error);
    }
}

tcp_attempt::tcp_attempt(const host_port& to, duration timeout, duration now)
    : look_up_{to}
    , until_{now + timeout}
    , step_until_{now} {}

int tcp_attempt::fd() const noexcept { return look_up_ ? look_up_->fd() : socket_.get(); }
std::int16_t tcp_attempt::events() const noexcept { return look_up_ ? RELEVE_READABLE : RELEVE_WRITABLE; }

bool tcp_attempt::go_on(duration now) {
    if (look_up_) {
        step_until_ = until_;
        if (!look_up_->done()) {
            if (now < until_) return false;
            throw io_failure("has a name that nobody resolves in time");
        }
        addresses_ = look_up_->addresses();
        look_up_.reset();
        return try_next(now, ENOENT);
    }
    pollfd one{socket_.get(), POLLOUT, 0};
    if (::poll(&one, 1, 0) <= 0) return now >= step_until_ && try_next(now, ETIMEDOUT);
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    return error == 0 || try_next(now, error);
}

/// `error`: of the address before.
bool tcp_attempt::try_next(duration now, int error) {
    for (; next_ < addresses_.size(); ++next_) {
        const auto& to = addresses_[next_];
        socket_.reset(::socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (!socket_) {
            error = errno;
            continue;
        }
        set(socket_.get(), IPPROTO_TCP, TCP_NODELAY, 1);
        if (::connect(socket_.get(), to.get(), to.size) == 0) return true;
        error = errno;
        if (error != EINPROGRESS) continue;
        // What is left of the time is shared with the addresses that are left.
        step_until_ = now + std::max(until_ - now, duration::zero()) / static_cast<int>(addresses_.size() - next_);
        ++next_;
        return false;
    }
    socket_.reset();
    throw io_failure(connection_problem(error), error);
}

descriptor tcp_connect(const host_port& to, duration timeout, const waiter& wait) {
    tcp_attempt attempt{to, timeout, wait.steady()};
    while (!attempt.go_on(wait.steady()))
        wait.ready(attempt.fd(), attempt.events(), attempt.deadline() - wait.steady());
    return attempt.take();
}

void keep_alive(int fd, std::chrono::seconds idle, std::chrono::seconds interval) noexcept {
    constexpr int probes = 3;
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(idle.count()));
    set(fd, IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(interval.count()));
    set(fd, IPPROTO_TCP, TCP_KEEPCNT, probes);
}

} // namespace releve::kit
