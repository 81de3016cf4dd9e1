// SPDX-License-Identifier: Apache-2.0
#include "site_time.hpp"

#include <releve/failure.hpp>

#include <date/tz.h>

#include <array>
#include <cstdio>

namespace releve::print {
namespace {

/// What a time of day and a date are made of; `days` and `time` are those of a local time.
struct parts {
    date::year_month_day date;
    date::weekday weekday;
    date::hh_mm_ss<std::chrono::seconds> time;
};

parts parts_of(std::chrono::sys_seconds local) {
    const auto day = date::floor<date::days>(local);
    return {date::year_month_day{day}, date::weekday{day}, date::hh_mm_ss<std::chrono::seconds>{local - day}};
}

// Not the locale's: what is shown is the same everywhere.
constexpr std::array<const char*, 7> weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                              "Thursday", "Friday", "Saturday"};
constexpr std::array<const char*, 12> months{"January", "February", "March",     "April",   "May",      "June",
                                             "July",    "August",   "September", "October", "November", "December"};

} // namespace

struct site_time::zone {
    const date::time_zone* of;
    date::sys_info now{}; // of the last time that was asked for: it holds for months
};

site_time::site_time(std::string_view name) {
    try {
        zone_ = std::make_unique<zone>(zone{date::locate_zone(std::string{name}), {}});
    } catch (const std::runtime_error& e) {
        throw permanent_error("time zone '" + std::string{name} + "' is not known on this machine: " + e.what());
    }
}

site_time::~site_time() = default;

wall_time site_time::at(time_point utc) {
    const auto second = date::floor<std::chrono::seconds>(utc);
    if (second < zone_->now.begin || second >= zone_->now.end) zone_->now = zone_->of->get_info(second);
    const auto local = parts_of(second + zone_->now.offset);
    std::array<char, 64> clock{}, day{};
    std::snprintf(clock.data(), clock.size(), "%02d:%02d:%02d", static_cast<int>(local.time.hours().count()),
                  static_cast<int>(local.time.minutes().count()), static_cast<int>(local.time.seconds().count()));
    std::snprintf(day.data(), day.size(), "%s %u %s %d", weekdays.at(local.weekday.c_encoding()),
                  static_cast<unsigned>(local.date.day()), months.at(static_cast<unsigned>(local.date.month()) - 1),
                  static_cast<int>(local.date.year()));
    return {clock.data(), day.data()};
}

} // namespace releve::print
