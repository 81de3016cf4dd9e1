// SPDX-License-Identifier: Apache-2.0
#include "pipeline/schedule.hpp"

#include <releve/testing/catch.hpp>

#include <cstdlib>
#include <ctime>
#include <set>
#include <utility>
#include <vector>

using namespace releve::core;

namespace {

constexpr std::int64_t second = 1'000'000'000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
constexpr std::int64_t utc(std::int64_t epoch_s) { return epoch_s * second; }
constexpr std::int64_t march_28 = 1774652400;   // 2026-03-28 00:00 in Paris, the last whole day of winter
constexpr std::int64_t march_29 = 1774738800;   // 2026-03-29 00:00 in Paris: a day of 23 hours
constexpr std::int64_t march_30 = 1774821600;   // 2026-03-30 00:00 in Paris
constexpr std::int64_t october_25 = 1792879200; // 2026-10-25 00:00 in Paris: a day of 25 hours

constexpr std::int32_t at(int hours, int minutes) { return (hours * 60 + minutes) * 60; }

node_section aligned(std::int64_t interval) {
    node_section made;
    made.name = "linky";
    made.align = true;
    made.interval = interval;
    return made;
}

node_section at_times(std::vector<std::int32_t> times) {
    node_section made;
    made.name = "linky";
    made.calendar.at = std::move(times);
    return made;
}

std::int64_t next_aligned(std::int64_t now, std::int64_t interval, const char* zone) {
    return schedule{aligned(interval), "site", zone}.next(now);
}

/// All instants from `from` on, before `to`.
std::vector<std::int64_t> all(const schedule& when, std::int64_t from, std::int64_t to) {
    std::vector<std::int64_t> instants;
    for (auto t = when.next(from - 1); t < to; t = when.next(t)) instants.push_back(t);
    return instants;
}

} // namespace

TEST_CASE("aligned readings fall on multiples since local midnight") {
    CHECK(next_aligned(utc(march_28), 15 * minute, "Europe/Paris") == utc(march_28) + 15 * minute);
    CHECK(next_aligned(utc(march_28) + 1, 15 * minute, "Europe/Paris") == utc(march_28) + 15 * minute);
    CHECK(next_aligned(utc(march_28) + 15 * minute, 15 * minute, "Europe/Paris") == utc(march_28) + 30 * minute);
}

TEST_CASE("a day begins afresh, also when its hours are no multiple of the interval") {
    CHECK(next_aligned(utc(march_28) + 22 * hour, 7 * hour, "Europe/Paris") == utc(march_29));
    CHECK(next_aligned(utc(march_29) + 22 * hour, 2 * hour, "Europe/Paris") == utc(march_30)); // it has 23
}

TEST_CASE("a day of readings has as many as the day has hours") {
    const schedule when{aligned(hour), "site", "Europe/Paris"};
    CHECK(all(when, utc(march_28), utc(march_29)).size() == 24);
    CHECK(all(when, utc(march_29), utc(march_30)).size() == 23);
    CHECK(all(when, utc(october_25), utc(october_25) + 25 * hour).size() == 25);
}

TEST_CASE("a midnight that the clock skips is the moment of the change") {
    // Beirut, 2022-03-27: 00:00 became 01:00, at 2022-03-26 22:00 UTC.
    const auto change = utc(1648332000);
    CHECK(next_aligned(change - minute, hour, "Asia/Beirut") == change);
    CHECK(next_aligned(change, hour, "Asia/Beirut") == change + hour);
}

TEST_CASE("a time of day that is skipped is read at the first instant after the gap, once") {
    const schedule when{at_times({at(2, 10), at(2, 40), at(3, 0), at(4, 0)}), "site", "Europe/Paris"};
    // 02:00 became 03:00 two hours after midnight.
    CHECK(all(when, utc(march_29), utc(march_30)) == std::vector{utc(march_29) + 2 * hour, utc(march_29) + 3 * hour});
}

TEST_CASE("a time of day that comes twice is read the first time") {
    const schedule when{at_times({at(2, 30)}), "site", "Europe/Paris"};
    CHECK(all(when, utc(october_25), utc(october_25) + 25 * hour) ==
          std::vector{utc(october_25) + 2 * hour + 30 * minute});
}

TEST_CASE("a date that does not exist has no readings") {
    // Samoa went from 2011-12-29 to 2011-12-31, at 2011-12-30 10:00 UTC.
    const schedule when{at_times({at(12, 0)}), "site", "Pacific/Apia"};
    const auto change = utc(1325239200);
    CHECK(all(when, change - 24 * hour, change + 24 * hour) == std::vector{change - 12 * hour, change + 12 * hour});
}

TEST_CASE("days of the week and of the month, and the last of it") {
    auto section = at_times({at(0, 0)});
    section.calendar.weekdays = 1U << 0;              // Monday
    section.calendar.month_days = 1U << 0 | 1U << 30; // the last, and the 30th
    const schedule when{section, "site", "UTC"};
    std::vector<std::int64_t> days;
    const auto february_1 = utc(1769904000); // 2026-02-01, a Sunday
    for (const auto t : all(when, february_1, february_1 + 59 * day)) days.push_back((t - february_1) / day + 1);
    // February: Mondays 2, 9, 16, 23 and the last, 28. March: Mondays 2, 9, 16, 23, 30 (also the 30th) and 31.
    CHECK(days == std::vector<std::int64_t>{2, 9, 16, 23, 28, 30, 37, 44, 51, 58, 59});
}

TEST_CASE("aligned readings on some days only") {
    auto section = aligned(6 * hour);
    section.calendar.month_days = 1U << 29; // not in a February of 28 days
    const schedule when{section, "site", "UTC"};
    const auto january_30 = utc(1769731200);
    CHECK(all(when, january_30, january_30 + 59 * day) ==
          std::vector{january_30 + 58 * day, january_30 + 58 * day + 6 * hour, january_30 + 58 * day + 12 * hour,
                      january_30 + 58 * day + 18 * hour});
}

TEST_CASE("jitter is the same each day, less than it was given, and another for another site or node") {
    auto section = at_times({at(6, 0)});
    const schedule plain{section, "site", "UTC"};
    section.jitter = 10 * minute;
    const schedule one{section, "site", "UTC"}, again{section, "site", "UTC"}, site{section, "elsewhere", "UTC"};
    section.name = "gas";
    const schedule node{section, "site", "UTC"};
    const auto shift = one.next(utc(march_28)) - plain.next(utc(march_28));
    CHECK(shift >= 0);
    CHECK(shift < 10 * minute);
    CHECK(one.next(one.next(utc(march_28))) == plain.next(plain.next(utc(march_28))) + shift);
    CHECK(again.next(utc(march_28)) == one.next(utc(march_28)));
    CHECK(site.next(utc(march_28)) != one.next(utc(march_28)));
    CHECK(node.next(utc(march_28)) != one.next(utc(march_28)));
}

namespace {

struct wall {
    int day = 0;    // days, of a calendar that skips none
    int time_s = 0; // since midnight
};

/// As the C library has it, which has another reader of the tz database.
wall wall_at(std::int64_t epoch_s) {
    const auto when = static_cast<std::time_t>(epoch_s);
    std::tm local{};
    localtime_r(&when, &local);
    local.tm_isdst = 0;
    const auto midnight = [&] {
        auto date = local;
        date.tm_hour = date.tm_min = date.tm_sec = 0;
        return timegm(&date);
    }();
    return {static_cast<int>(midnight / 86'400), local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec};
}

class zone_of_c_library {
public:
    explicit zone_of_c_library(const char* name) {
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    zone_of_c_library(const zone_of_c_library&) = delete;
    zone_of_c_library& operator=(const zone_of_c_library&) = delete;
    ~zone_of_c_library() {
        ::unsetenv("TZ");
        ::tzset();
    }
};

/// By looking at the clock on the wall every quarter of an hour: a time of day is read where the clock first reaches or
/// passes it on its date.
std::vector<std::int64_t> looked_at(const std::vector<std::int32_t>& times, std::int64_t from_s, std::int64_t to_s) {
    std::vector<std::int64_t> instants;
    std::set<std::pair<int, std::int32_t>> read;
    auto before = wall_at(from_s - 900);
    for (auto t = from_s; t < to_s; t += 900) {
        const auto now = wall_at(t);
        bool due = false;
        const auto reach = [&](int of_day, int after_s, int until_s) {
            for (const auto time : times)
                if (time > after_s && time <= until_s && read.insert({of_day, time}).second) due = true;
        };
        if (now.day == before.day) reach(now.day, before.time_s, now.time_s);
        if (now.day > before.day) { // dates between the two do not exist
            reach(before.day, before.time_s, 86'400);
            reach(now.day, -1, now.time_s);
        }
        if (due) instants.push_back(utc(t));
        before = now;
    }
    return instants;
}

} // namespace

TEST_CASE("ten years of each kind of zone agree with the clock on the wall") {
    const std::vector<std::int32_t> times{at(0, 0), at(0, 30), at(1, 45), at(2, 0), at(2, 15), at(3, 0), at(23, 45)};
    constexpr std::int64_t from_s = 1325376000 - 86'400 * 30, to_s = from_s + 86'400 * 3653; // from December 2011 on
    // Ordinary; half an hour; at midnight; a date skipped; changes that were given up; a winter time that is "summer";
    // to the other side; none; none, at three quarters of an hour.
    for (const char* name : {"Europe/Paris", "Australia/Lord_Howe", "Asia/Beirut", "Pacific/Apia", "Africa/Casablanca",
                             "Europe/Dublin", "America/Santiago", "UTC", "Asia/Kathmandu"}) {
        CAPTURE(name);
        const zone_of_c_library zone{name};
        CHECK(all(schedule{at_times(times), "site", name}, utc(from_s), utc(to_s)) == looked_at(times, from_s, to_s));
    }
}

TEST_CASE("back-off doubles up to its limit, within a fifth, and begins again") {
    backoff pace{second, 60 * second, 7};
    std::int64_t expected = second;
    for (int i = 0; i < 12; ++i) {
        const auto pause = pace.next();
        CHECK(pause >= expected * 8 / 10);
        CHECK(pause <= expected * 12 / 10);
        expected = std::min(expected * 2, 60 * second);
    }
    pace.reset();
    CHECK(pace.next() <= second * 12 / 10);
}

TEST_CASE("back-off is the same for the same seed, and not for another") {
    backoff one{second, 60 * second, 7}, same{second, 60 * second, 7}, other{second, 60 * second, 1000};
    const auto first = one.next();
    CHECK(same.next() == first);
    CHECK(other.next() != first);
}
