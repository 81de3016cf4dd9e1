// SPDX-License-Identifier: Apache-2.0
#include "schedule.hpp"

#include "clock.hpp"

#include <date/tz.h>

#include <algorithm>
#include <string>

namespace releve::core {

namespace {

/// Within so many days each day of a month comes, also where a date is skipped.
constexpr int days_ahead = 100;

/// FNV-1a, 64 bits (draft-eastlake-fnv): the same on each machine and in each version.
std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

std::int64_t shift_of(std::int64_t jitter, std::string_view site, std::string_view node) {
    if (jitter <= 0) return 0;
    const auto hash = fnv1a(node, fnv1a(std::string_view{"\0", 1}, fnv1a(site)));
    return static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(jitter));
}

bool has_day(const calendar_section& calendar, date::local_days day) {
    if (calendar.any_day()) return true;
    const date::year_month_day on{day};
    const auto weekday = date::weekday{day}.iso_encoding() - 1;
    const bool is_last = on == date::year_month_day{on.year() / on.month() / date::last};
    return (calendar.weekdays >> weekday & 1) != 0 || (calendar.month_days >> unsigned{on.day()} & 1) != 0 ||
           (is_last && (calendar.month_days & 1) != 0);
}

std::int64_t to_ns(date::sys_seconds at) { return std::chrono::nanoseconds{at.time_since_epoch()}.count(); }

/// A time that comes twice: the first; one that is skipped: the end of the gap.
std::int64_t instant_of(const date::time_zone& zone, date::local_seconds local) {
    const auto known = zone.get_info(local);
    if (known.result == date::local_info::nonexistent) return to_ns(known.first.end);
    return to_ns(zone.to_sys(local, date::choose::earliest));
}

} // namespace

schedule::schedule(const node_section& of, std::string_view site, std::string_view zone)
    : calendar_{of.calendar}
    , align_{of.align}
    , interval_{std::max<std::int64_t>(of.interval, 1)}
    , shift_{shift_of(of.jitter, site, of.name)}
    , zone_{by_the_clock() ? date::locate_zone(std::string{zone}) : nullptr} {}

std::int64_t schedule::next(std::int64_t now) const {
    const auto due = next_unshifted(now - shift_);
    return due == never ? never : due + shift_;
}

std::int64_t schedule::next_unshifted(std::int64_t now) const {
    const date::sys_time<std::chrono::nanoseconds> at{std::chrono::nanoseconds{now}};
    const auto today = date::floor<date::days>(zone_->to_local(at));
    for (int i = 0; i < days_ahead; ++i) {
        const auto day = today + date::days{i};
        const auto begin = instant_of(*zone_, day), end = instant_of(*zone_, day + date::days{1});
        if (begin == end || !has_day(calendar_, day)) continue; // the date does not exist, or is not one of its days
        if (calendar_.at.empty()) {
            const auto due = now < begin ? begin : begin + ((now - begin) / interval_ + 1) * interval_;
            if (due < end) return due;
        }
        for (const auto time : calendar_.at)
            if (const auto due = instant_of(*zone_, day + std::chrono::seconds{time}); due > now) return due;
    }
    return never;
}

std::int64_t backoff::next() {
    state_ ^= state_ << 13; // xorshift64: the same for the same seed, so that a test replays
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    const auto base = tries_ >= 32 ? max_ : std::min(max_, first_ << std::min(tries_, 20u));
    ++tries_;
    return base - base / 5 + static_cast<std::int64_t>(state_ % static_cast<std::uint64_t>(2 * (base / 5) + 1));
}

} // namespace releve::core
