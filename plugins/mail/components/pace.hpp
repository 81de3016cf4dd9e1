// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/kit/time/rate_limit.hpp>
#include <releve/time.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace releve::mail {

/// When the next mail may leave: `gap` after the last one, and at most `max_per_hour` in any hour. Times are
/// context::steady's.
class pace {
public:
    pace(duration gap, std::int64_t max_per_hour)
        : gap_{gap}
        , per_hour_{max_per_hour, std::chrono::hours{1}, std::chrono::milliseconds{1}} {}
    void sent(duration now) {
        last_ = now;
        per_hour_.note(1, now);
    }
    /// When the gap after the last mail is over.
    duration rested() const { return last_ ? *last_ + gap_ : duration{}; }
    /// When a mail may leave: `now`, or later.
    duration next(duration now) { return std::max(rested(), per_hour_.next_room(1, now)); }

private:
    duration gap_;
    kit::rate_limit per_hour_;
    std::optional<duration> last_;
};

} // namespace releve::mail
