// SPDX-License-Identifier: Apache-2.0
// Reloads, one after the other, on a separate thread: meanwhile the program still serves signals and the watchdog.
#pragma once
#include "control/server.hpp"
#include "site.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace releve::core {

class reloader {
public:
    using response_function = std::function<void(response)>;
    /// Requests that wait; more are answered 503.
    static constexpr std::size_t max_waiting = 16;

    explicit reloader(site& of);
    ~reloader();
    /// Waits for the reload in progress; no other follows. False: it has not ended by `limit`, and this must never be
    /// destroyed.
    bool finish(std::chrono::steady_clock::time_point limit);
    reloader(const reloader&) = delete;
    reloader& operator=(const reloader&) = delete;
    /// [any thread] `give` gets the outcome: 200, or 422 with what `releve check` would print; empty: it is only
    /// logged, and once for all that come while one waits.
    void request(response_function give = {});

private:
    void run();
    void serve();
    response reload();

    site& of_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<response_function> requests_;
    bool ending_ = false, ended_ = false;
    std::thread thread_; // made last
};

} // namespace releve::core
