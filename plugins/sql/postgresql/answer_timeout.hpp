// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/kit/io/descriptor.hpp>
#include <releve/time.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace releve::sql {

/// Ends a connection when its server does not answer in time: libpq itself waits without limit. The time is real, also
/// in tests, like that of the server.
class answer_timeout {
public:
    explicit answer_timeout(duration timeout)
        : timeout_{timeout} {}
    answer_timeout(const answer_timeout&) = delete;
    answer_timeout& operator=(const answer_timeout&) = delete;
    ~answer_timeout();

    /// Watches this connection from now on. The descriptor is duplicated: its owner may close it at any time.
    void watch(int socket);
    /// Answers are awaited from now on, or no longer.
    void working(bool is);
    /// The server has answered.
    void answered();
    /// Whether the connection was ended.
    bool expired() const;

private:
    using clock = std::chrono::steady_clock;
    void run();

    const duration timeout_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    kit::descriptor socket_;
    bool working_ = false, expired_ = false, stopping_ = false;
    clock::time_point last_answer_;
    std::thread thread_; // from the first connection on
};

} // namespace releve::sql
