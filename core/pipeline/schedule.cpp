// SPDX-License-Identifier: Apache-2.0
#include "schedule.hpp"

#include <date/tz.h>

#include <algorithm>

namespace releve::core {

std::int64_t next_aligned(std::int64_t now, std::int64_t interval, std::string_view timezone) {
    using std::chrono::nanoseconds;
    const auto* zone = date::locate_zone(std::string{timezone});
    const date::sys_time<nanoseconds> at{nanoseconds{now}};
    const auto today = date::floor<date::days>(zone->to_local(at));
    // A midnight that a clock change repeats counts the first time; one that it skips is the moment of the change.
    const auto midnight = [&](date::local_days day) {
        const auto known = zone->get_info(day);
        if (known.result == date::local_info::nonexistent) return date::sys_time<nanoseconds>{known.first.end};
        return date::sys_time<nanoseconds>{zone->to_sys(day, date::choose::earliest)};
    };
    const auto begin = midnight(today).time_since_epoch().count();
    const auto end = midnight(today + date::days{1}).time_since_epoch().count();
    const auto due = begin + ((now - begin) / interval + 1) * interval;
    return std::min(due, end > now ? end : due);
}

std::int64_t backoff::next() {
    state_ ^= state_ << 13; // xorshift64: the same for the same seed, so that a test replays
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    const auto base = tries_ >= 32 ? most_ : std::min(most_, first_ << std::min(tries_, 20u));
    ++tries_;
    return base - base / 5 + static_cast<std::int64_t>(state_ % static_cast<std::uint64_t>(2 * (base / 5) + 1));
}

} // namespace releve::core
