// SPDX-License-Identifier: Apache-2.0
// Reloads, one after the other, on a thread of its own: the program goes on answering signals and the watchdog.
#pragma once
#include "control/server.hpp"
#include "site.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace releve::core {

class reloader {
public:
    using giver = std::function<void(answer)>;
    /// Those that wait; more are told to come later.
    static constexpr std::size_t most_waiting = 16;

    explicit reloader(site& of);
    ~reloader();
    /// Waits for the one that is under way; there are no others after it.
    void finish();
    reloader(const reloader&) = delete;
    reloader& operator=(const reloader&) = delete;
    /// [any] `give` gets how it went: 200, or 422 with what `releve check` would say; none: the log alone tells.
    void ask(giver give = {});

private:
    void run();
    answer reload();

    site& of_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<giver> asked_;
    bool ending_ = false;
    std::thread thread_; // the last to be made
};

} // namespace releve::core
