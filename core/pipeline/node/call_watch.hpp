// SPDX-License-Identifier: Apache-2.0
// How long a node's thread has been in a function of its component. What it waits in the host does not count.
#pragma once
#include "pipeline/clock.hpp"

#include <atomic>
#include <cstdint>

namespace releve::core {

class call_watch {
public:
    /// [entering thread] `function` lives as long as the program; `now`: steady ns.
    void begin(const char* function, std::int64_t now) {
        function_ = function;
        since_ = now;
    }
    /// [entering thread] True when it was reported to hang: its return is worth a line.
    bool end() {
        since_ = never;
        return reported_ && reported_.exchange(false);
    }
    /// [entering thread] While it waits in the host. False: it is in no function.
    bool pause() { return since_.exchange(never) != never; }
    /// [entering thread] After a pause() that gave true.
    void resume(std::int64_t now) { since_ = now; }

    /// [any] Steady ns; never: it is in no function, or waits in the host.
    std::int64_t since() const { return since_; }
    /// [any] Of the last begin().
    const char* function() const { return function_; }
    /// [monitor] It hangs. False: that was reported already.
    bool report() { return !reported_.exchange(true); }
    /// [monitor] True when the report was too late: it has come back since `then`, and did not see the report.
    bool takes_back_report(std::int64_t then) { return since_ != then && reported_.exchange(false); }

private:
    std::atomic<const char*> function_{""};
    std::atomic<std::int64_t> since_{never};
    std::atomic<bool> reported_{false};
};

} // namespace releve::core
