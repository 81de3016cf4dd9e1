// SPDX-License-Identifier: Apache-2.0
// Dates and times of day without a zone: what a clock on a wall shows, and a device writes. [any thread]
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace releve::kit {

/// In the proleptic Gregorian calendar.
struct civil_time {
    int year = 1970;
    unsigned month = 1, day = 1;               // from 1
    unsigned hour = 0, minute = 0, second = 0; // to 23, 59, 59
    bool operator==(const civil_time&) const = default;
};

/// A date of the calendar and a time of the day.
bool is_valid(const civil_time& of) noexcept;
/// Seconds from 1970-01-01 00:00:00 on the same clock; of a valid time.
std::int64_t seconds_of(const civil_time& of) noexcept;
civil_time civil_time_of(std::int64_t seconds) noexcept;
/// 0 is Sunday.
unsigned weekday_of(const civil_time& of) noexcept;
/// In English, whatever the locale: "Monday", "November"; `weekday` 0 is Sunday, `month` from 1.
const char* weekday_name(unsigned weekday) noexcept;
const char* month_name(unsigned month) noexcept;

std::string date_text(const civil_time& of);        // "2026-11-23"
std::string time_of_day_text(const civil_time& of); // "14:03:22"

/// As strftime(3) and strptime(3) have it, in English. Throws std::invalid_argument: the format can't be used.
std::string formatted(const civil_time& of, const std::string& format);
/// Nothing: the text is not, as a whole, as the format says.
std::optional<civil_time> civil_time_in(std::string_view text, const std::string& format);

} // namespace releve::kit
