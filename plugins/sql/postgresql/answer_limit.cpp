// SPDX-License-Identifier: Apache-2.0
#include "postgresql/answer_limit.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <fcntl.h>

namespace releve::sql {

answer_limit::~answer_limit() {
    {
        const std::lock_guard lock{mutex_};
        leaving_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
    if (socket_ >= 0) ::close(socket_);
}

void answer_limit::watch(int socket) {
    const std::lock_guard lock{mutex_};
    if (socket_ >= 0) ::close(socket_);
    socket_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    ended_ = false;
    heard_ = clock::now();
    changed_.notify_one(); // it may have ended the one before
    if (!thread_.joinable()) thread_ = std::thread{[this] { run(); }};
}

void answer_limit::working(bool is) {
    {
        const std::lock_guard lock{mutex_};
        working_ = is;
        heard_ = clock::now();
    }
    if (is) changed_.notify_one();
}

void answer_limit::heard() {
    const std::lock_guard lock{mutex_};
    heard_ = clock::now();
}

bool answer_limit::ended() const {
    const std::lock_guard lock{mutex_};
    return ended_;
}

void answer_limit::run() {
    std::unique_lock lock{mutex_};
    while (!leaving_) {
        if (!working_ || ended_) {
            changed_.wait(lock);
        } else if (const auto end = heard_ + limit_; clock::now() < end) {
            changed_.wait_until(lock, end);
        } else {
            ended_ = true;
            ::shutdown(socket_, SHUT_RDWR);
        }
    }
}

} // namespace releve::sql
