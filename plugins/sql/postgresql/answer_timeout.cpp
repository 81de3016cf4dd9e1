// SPDX-License-Identifier: Apache-2.0
#include "postgresql/answer_timeout.hpp"

#include <fcntl.h>
#include <sys/socket.h>

namespace releve::sql {

answer_timeout::~answer_timeout() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void answer_timeout::watch(int socket) {
    const std::lock_guard lock{mutex_};
    socket_.reset(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
    expired_ = false;
    last_answer_ = clock::now();
    changed_.notify_one(); // it may have ended the last one
    if (!thread_.joinable()) thread_ = std::thread{[this] { run(); }};
}

void answer_timeout::working(bool is) {
    {
        const std::lock_guard lock{mutex_};
        working_ = is;
        last_answer_ = clock::now();
    }
    if (is) changed_.notify_one();
}

void answer_timeout::answered() {
    const std::lock_guard lock{mutex_};
    last_answer_ = clock::now();
}

bool answer_timeout::expired() const {
    const std::lock_guard lock{mutex_};
    return expired_;
}

void answer_timeout::run() {
    std::unique_lock lock{mutex_};
    while (!stopping_) {
        if (!working_ || expired_) {
            changed_.wait(lock);
        } else if (const auto end = last_answer_ + timeout_; clock::now() < end) {
            changed_.wait_until(lock, end);
        } else {
            expired_ = true;
            ::shutdown(socket_.get(), SHUT_RDWR);
        }
    }
}

} // namespace releve::sql
