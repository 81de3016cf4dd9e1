// SPDX-License-Identifier: Apache-2.0
#include "text/site_clock.hpp"

#include <releve/failure.hpp>

#include <date/tz.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace releve::mail {
namespace {

// Not the locale's: RFC 5322 wants these.
constexpr std::array<const char*, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

} // namespace

struct site_clock::state {
    const date::time_zone* zone;
};

site_clock::site_clock(std::string_view zone) {
    try {
        state_ = std::make_unique<state>(state{date::locate_zone(std::string{zone})});
    } catch (const std::runtime_error& e) {
        throw permanent_error("time zone '" + std::string{zone} + "' is not known on this machine: " + e.what());
    }
}

site_clock::~site_clock() = default;

std::string site_clock::for_people(time_point utc) {
    const auto second = date::floor<std::chrono::seconds>(utc);
    const auto zone = state_->zone->get_info(second);
    const auto local = second + zone.offset;
    const auto day = date::floor<date::days>(local);
    const date::year_month_day date{day};
    const date::hh_mm_ss<std::chrono::seconds> time{local - day};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d %s", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()), zone.abbrev.c_str());
    return text.data();
}

std::string site_clock::for_header(time_point utc) {
    const auto second = date::floor<std::chrono::seconds>(utc);
    const auto zone = state_->zone->get_info(second);
    const auto local = second + zone.offset;
    const auto day = date::floor<date::days>(local);
    const date::year_month_day date{day};
    const date::hh_mm_ss<std::chrono::seconds> time{local - day};
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(zone.offset).count();
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d %c%02d%02d",
                  weekdays.at(date::weekday{day}.c_encoding()), static_cast<unsigned>(date.day()),
                  months.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()), minutes < 0 ? '-' : '+',
                  static_cast<int>(std::abs(minutes) / 60), static_cast<int>(std::abs(minutes) % 60));
    return text.data();
}

} // namespace releve::mail
