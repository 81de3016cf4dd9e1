// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/time.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace releve::kit {

/// At most so many things (messages, mails) in any window of time, such as 24 hours. All times are of one clock, from
/// its epoch: context::steady(), or context::now().time_since_epoch() where the count is kept over a restart. For one
/// thread.
class rate_limit {
public:
    /// `max`: 0 is any number. What is noted within `grain` counts as noted at its end, so that memory is bounded by
    /// window / grain entries.
    explicit rate_limit(std::int64_t max, duration window = std::chrono::hours{24},
                        duration grain = std::chrono::minutes{1})
        : max_{max}
        , window_{window}
        , grain_{grain} {}

    std::int64_t max() const noexcept { return max_; }
    /// Whether `count` more may go now.
    bool has_room(std::int64_t count, duration now);
    /// So many have gone.
    void note(std::int64_t count, duration now);
    /// How many went in the window that ends now.
    std::int64_t used(duration now);
    /// When there will be room for `count`: `now`, or later. Of a count that is more than `max`: when the window is
    /// empty.
    duration next_room(std::int64_t count, duration now);

    /// As text ("seconds:count seconds:count"), below 64 KiB for a window of a day; and back, as far as it can be read.
    std::string saved() const;
    void restore(std::string_view saved);

private:
    void forget(duration now);

    std::int64_t max_;
    duration window_, grain_;
    std::deque<std::pair<duration, std::int64_t>> noted_; // when, and how many
};

} // namespace releve::kit
