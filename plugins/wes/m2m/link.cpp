// SPDX-License-Identifier: Apache-2.0
#include "m2m/link.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace releve::wes {

void m2m_link::close() noexcept {
    attempt_.reset();
    socket_.reset();
    step_ = step::idle;
}

m2m_link::outcome m2m_link::fail(std::string why) {
    close();
    failure_ = std::move(why);
    return outcome::failed;
}

void m2m_link::ask(std::string_view command, duration now) {
    command_ = command;
    failure_.clear();
    deadline_ = now; // go_on does the rest, at once
    step_ = step::asked;
}

/// Discards what came unasked since the last reply.
bool m2m_link::still_open() {
    std::array<char, 512> unasked{};
    for (int i = 0; socket_ && i < 16; ++i) {
        const auto size = recv(socket_.get(), unasked.data(), unasked.size(), MSG_DONTWAIT);
        if (size > 0) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
        break;
    }
    socket_.reset();
    return false;
}

m2m_link::outcome m2m_link::go_on(duration now) {
    switch (step_) {
    case step::asked:
        if (still_open()) return send(now);
        try {
            attempt_.emplace(to_.at, to_.connect_timeout, now);
        } catch (const std::system_error& e) {
            return fail(std::string{"can't be connected to: "} + e.what());
        }
        step_ = step::connecting;
        return connect(now);
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

m2m_link::outcome m2m_link::connect(duration now) {
    try {
        if (!attempt_->go_on(now)) return outcome::under_way;
    } catch (const kit::io_failure& e) {
        return fail(e.what());
    }
    socket_ = attempt_->take();
    attempt_.reset();
    return send(now);
}

m2m_link::outcome m2m_link::send(duration now) {
    const auto line = command_ + "\n";
    reply_.begin(command_);
    const auto sent = ::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL);
    if (sent < 0) return fail(kit::connection_problem(errno));
    if (static_cast<std::size_t>(sent) != line.size()) return fail("does not take a whole command");
    step_ = step::awaiting;
    deadline_ = now + to_.timeout;
    return outcome::under_way;
}

m2m_link::outcome m2m_link::receive() {
    std::array<char, 512> bytes{};
    for (;;) {
        const auto size = recv(socket_.get(), bytes.data(), bytes.size(), 0);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return outcome::under_way;
        if (size < 0) return fail(kit::connection_problem(errno));
        if (size == 0) return fail("closed the connection instead of answering " + command_);
        reply_.feed({bytes.data(), static_cast<std::size_t>(size)});
        if (reply_.is() == m2m_reply::state::broken)
            return fail("answers " + command_ + " with something that is not an M2M reply");
        if (reply_.is() == m2m_reply::state::awaited) continue;
        step_ = step::idle;
        return outcome::answered;
    }
}

} // namespace releve::wes
