// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>

namespace releve::sms {

using nanoseconds = std::chrono::nanoseconds;

/// How its owner waits.
struct patience {
    /// Until the descriptor is ready for `events` of poll(2); false: the time is over. Throws releve::stopped.
    std::function<bool(int fd, short events, nanoseconds limit)> wait;
    std::function<nanoseconds()> steady;
};

} // namespace releve::sms
