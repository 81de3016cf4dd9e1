// SPDX-License-Identifier: Apache-2.0
// How long a sink has been in write. What it waits in `wait` does not count.
#pragma once
#include "pipeline/clock.hpp"

#include <atomic>
#include <cstdint>

namespace releve::core {

class write_watch {
public:
    /// [sink] `now`: steady ns.
    void begin(std::int64_t now) { since_ = now; }
    /// [sink] True when it was reported to hang: its return is worth a line.
    bool end() {
        since_ = never;
        return reported_.exchange(false);
    }
    /// [sink] While it waits. False: it is not in write.
    bool pause() { return since_.exchange(never) != never; }

    /// [any] Steady ns; never: it is not in write.
    std::int64_t since() const { return since_; }
    /// [router] It hangs. False: that was reported already.
    bool report() { return !reported_.exchange(true); }
    /// [router] True when the report was too late: it has come back since `then`, and did not see the report.
    bool takes_back_report(std::int64_t then) { return since_ != then && reported_.exchange(false); }

private:
    std::atomic<std::int64_t> since_{never};
    std::atomic<bool> reported_{false};
};

} // namespace releve::core
