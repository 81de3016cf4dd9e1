// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/time/site_time.hpp>

#include <releve/failure.hpp>

#include <date/tz.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace releve::kit {
namespace {

date::local_seconds wall_clock(const civil_time& of) {
    return date::local_seconds{std::chrono::seconds{seconds_of(of)}};
}

time_point to_time_point(date::sys_seconds at) { return time_point{duration{at.time_since_epoch()}}; }

} // namespace

struct site_time::zone {
    const date::time_zone* of;
    date::sys_info last{}; // of the last time that was asked for: it holds for months

    const date::sys_info& at(date::sys_seconds second) {
        if (second < last.begin || second >= last.end) last = of->get_info(second);
        return last;
    }
};

site_time::site_time(std::string_view name) {
    try {
        zone_ = std::make_unique<zone>(zone{date::locate_zone(std::string{name}), {}});
    } catch (const std::runtime_error& e) {
        throw permanent_error("time zone '" + std::string{name} + "' is not known on this machine: " + e.what());
    }
}

site_time::site_time(site_time&&) noexcept = default;
site_time& site_time::operator=(site_time&&) noexcept = default;
site_time::~site_time() = default;

local_time site_time::local(time_point utc) const {
    const auto second = date::floor<std::chrono::seconds>(utc);
    const auto& now = zone_->at(second);
    return {civil_time_of((second + now.offset).time_since_epoch().count()), now.offset, now.abbrev};
}

ambiguity site_time::ambiguity_of(const civil_time& local) const {
    switch (zone_->of->get_info(wall_clock(local)).result) {
    case date::local_info::ambiguous:
        return ambiguity::twice;
    case date::local_info::nonexistent:
        return ambiguity::skipped;
    default:
        return ambiguity::none;
    }
}

time_point site_time::utc(const civil_time& local, which of) const {
    const auto choice = of == which::first ? date::choose::earliest : date::choose::latest;
    return to_time_point(zone_->of->to_sys(wall_clock(local), choice));
}

time_point site_time::day_begin(time_point utc, int days_later) const {
    auto day = local(utc).at;
    day.hour = day.minute = day.second = 0;
    constexpr std::int64_t seconds_a_day = 86'400;
    return this->utc(civil_time_of(seconds_of(day) + days_later * seconds_a_day));
}

std::string site_time::date(time_point utc) const { return date_text(local(utc).at); }
std::string site_time::time_of_day(time_point utc) const { return time_of_day_text(local(utc).at); }

std::string site_time::day_for_people(time_point utc) const {
    const auto day = local(utc).at;
    return std::string{weekday_name(weekday_of(day))} + " " + std::to_string(day.day) + " " + month_name(day.month) +
           " " + std::to_string(day.year);
}

std::string site_time::with_zone(time_point utc) const {
    const auto now = local(utc);
    return date_text(now.at) + " " + time_of_day_text(now.at) + " " + now.abbreviation;
}

std::string site_time::to_minute(time_point utc) const {
    const auto now = local(utc);
    auto text = date_text(now.at) + " " + time_of_day_text(now.at).substr(0, 5);
    if (ambiguity_of(now.at) == ambiguity::twice) text += " " + now.abbreviation;
    return text;
}

std::string site_time::mail_header(time_point utc) const {
    const auto now = local(utc);
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now.utc_offset).count();
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.3s, %02u %.3s %04d %s %c%02d%02d", weekday_name(weekday_of(now.at)),
                  now.at.day, month_name(now.at.month), now.at.year, time_of_day_text(now.at).c_str(),
                  minutes < 0 ? '-' : '+', static_cast<int>(std::abs(minutes) / 60),
                  static_cast<int>(std::abs(minutes) % 60));
    return text.data();
}

} // namespace releve::kit
