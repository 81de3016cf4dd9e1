// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/time.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace releve::sql {

/// Ends a connection whose server says nothing for too long while it is waited for: libpq itself waits without limit.
/// The time is the machine's own, since that of the server is.
class answer_limit {
public:
    explicit answer_limit(duration limit)
        : limit_{limit} {}
    answer_limit(const answer_limit&) = delete;
    answer_limit& operator=(const answer_limit&) = delete;
    ~answer_limit();

    /// This connection from now on. The descriptor is duplicated: its owner may close it at any time.
    void watch(int socket);
    /// The server is waited for from here on, or no longer.
    void working(bool is);
    /// The server has answered.
    void heard();
    /// Whether the connection was ended.
    bool ended() const;

private:
    using clock = std::chrono::steady_clock;
    void run();

    const duration limit_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    int socket_ = -1;
    bool working_ = false, ended_ = false, leaving_ = false;
    clock::time_point heard_;
    std::thread thread_; // from the first connection on
};

} // namespace releve::sql
