// SPDX-License-Identifier: Apache-2.0
#include "household.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

namespace teleinfo_player {

namespace {

constexpr std::int64_t first_minute = 29'453'760; // 2026-01-01 00:00 UTC: the meter was installed
constexpr double power_factor = 0.96;

struct local {
    std::int64_t day;  // since 1970
    int minute_of_day; // 0 to 1439
};

local local_time(std::int64_t minute) {
    const std::int64_t here = minute + paris_offset_s(minute * 60) / 60;
    return {here / 1440, static_cast<int>(here % 1440)};
}

bool is_off_peak(int minute_of_day) { return minute_of_day < 6 * 60 + 30 || minute_of_day >= 22 * 60 + 30; }
bool is_between(int minute, int from, int to) { return minute >= from && minute < to; }

} // namespace

int paris_offset_s(std::int64_t utc_s) {
    using namespace std::chrono;
    // Directive 2000/84/EC: summer time from the last Sunday of March to the last of October, both at 01:00 UTC.
    const sys_seconds now{seconds{utc_s}};
    const year_month_day date{floor<days>(now)};
    const sys_seconds begin = sys_days{date.year() / March / Sunday[last]} + hours{1};
    const sys_seconds end = sys_days{date.year() / October / Sunday[last]} + hours{1};
    return now >= begin && now < end ? 7200 : 3600;
}

double household::chance(std::uint64_t stream, std::int64_t moment) const {
    std::uint64_t x = seed_ * 0x9e3779b97f4a7c15U + stream * 0xd1342543de82ef95U + static_cast<std::uint64_t>(moment);
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U; // splitmix64
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return static_cast<double>((x ^ (x >> 31U)) >> 11U) * 0x1p-53;
}

double household::power_w(std::int64_t minute) const {
    const auto [day, now] = local_time(minute);
    double power = 90 + 30 * chance(1, minute);
    if ((minute + static_cast<std::int64_t>(seed_ % 40)) % 40 < 14) power += 85; // the refrigerator
    const bool awake = is_between(now, 6 * 60 + 40, 8 * 60 + 30) || is_between(now, 17 * 60 + 45, 22 * 60 + 50);
    if (awake) power += 120 + 400 * chance(2, minute / 10);
    if (is_between(now, 19 * 60, 20 * 60) && chance(3, minute / 6) < 0.6) power += 1800; // cooking
    if (is_between(now, 12 * 60, 13 * 60) && chance(4, day) < 0.5 && chance(3, minute / 6) < 0.5) power += 1500;
    // The tank heats from the beginning of the off-peak hours, for as long as the day's hot water takes.
    const int since_off_peak = now >= 22 * 60 + 30 ? now - (22 * 60 + 30) : now + 90;
    const std::int64_t night = now >= 22 * 60 + 30 ? day : day - 1;
    if (since_off_peak < 60 + 150 * chance(5, night)) power += 2000;
    const double cold = 0.5 + 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(day % 365 - 20) / 365);
    if (chance(6, minute / 5) < 0.55 * cold) power += 1500; // convectors, by their thermostats
    return power;
}

int household::voltage_v(std::int64_t moment) const { return 231 + static_cast<int>(7 * chance(7, moment)); }

point household::highest_va(std::int64_t from, std::int64_t to) const {
    point found{from * 60, 0};
    for (std::int64_t minute = from; minute < to; ++minute) {
        const int power_va = static_cast<int>(power_w(minute) / power_factor);
        if (power_va > found.value) found = {minute * 60, power_va};
    }
    return found;
}

point household::mean_power_w(std::int64_t end_minute) const {
    double sum = 0;
    for (std::int64_t minute = end_minute - 30; minute < end_minute; ++minute) sum += power_w(minute);
    return {end_minute * 60, static_cast<int>(sum / 30)};
}

reading household::at(std::int64_t utc_s) {
    const std::int64_t minute = utc_s / 60;
    if (counted_to_ < first_minute || minute < counted_to_) {
        counted_to_ = first_minute;
        off_peak_wh_ = 1e6 + 1e6 * chance(8, 0); // what the meter before had counted
        peak_wh_ = 2e6 + 2e6 * chance(8, 1);
    }
    for (; counted_to_ < minute; ++counted_to_) {
        auto& index_wh = is_off_peak(local_time(counted_to_).minute_of_day) ? off_peak_wh_ : peak_wh_;
        index_wh += power_w(counted_to_) / 60;
    }
    reading now;
    now.utc_s = utc_s;
    const local here = local_time(minute);
    now.off_peak = is_off_peak(here.minute_of_day);
    const double begun_wh = minute < first_minute ? 0 : power_w(minute) * static_cast<double>(utc_s % 60) / 3600;
    now.off_peak_wh = static_cast<std::int64_t>(off_peak_wh_ + (now.off_peak ? begun_wh : 0));
    now.peak_wh = static_cast<std::int64_t>(peak_wh_ + (now.off_peak ? 0 : begun_wh));
    now.voltage_v = voltage_v(utc_s);
    const double power_va = power_w(minute) / power_factor * (0.97 + 0.06 * chance(9, utc_s));
    now.apparent_power_va = static_cast<int>(power_va);
    now.current_a = static_cast<int>(std::lround(power_va / now.voltage_v));

    const std::int64_t midnight = minute - here.minute_of_day; // an hour off on the two days of the change
    now.highest_va = {highest_va(midnight, minute + 1), highest_va(midnight - 1440, midnight)};
    now.highest_va[0].value = std::max(now.highest_va[0].value, now.apparent_power_va);
    now.curve_w = {mean_power_w(minute / 30 * 30), mean_power_w(minute / 30 * 30 - 30)};
    now.mean_voltage_v = {minute / 10 * 600, voltage_v(minute / 10)};
    return now;
}

} // namespace teleinfo_player
