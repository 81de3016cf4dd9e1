// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/time/civil_time.hpp>

#include <date/date.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace releve::kit {
namespace {

constexpr std::array<const char*, 7> weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                              "Thursday", "Friday", "Saturday"};
constexpr std::array<const char*, 12> months{"January", "February", "March",     "April",   "May",      "June",
                                             "July",    "August",   "September", "October", "November", "December"};

date::year_month_day date_of(const civil_time& of) noexcept {
    return date::year{of.year} / date::month{of.month} / date::day{of.day};
}

date::local_seconds local_of(const civil_time& of) noexcept {
    return date::local_seconds{std::chrono::seconds{seconds_of(of)}};
}

} // namespace

bool is_valid(const civil_time& of) noexcept {
    return of.year >= -32767 && of.year <= 32767 && date_of(of).ok() && of.hour < 24 && of.minute < 60 &&
           of.second < 60;
}

std::int64_t seconds_of(const civil_time& of) noexcept {
    const std::chrono::seconds day = date::local_days{date_of(of)}.time_since_epoch();
    return day.count() + std::int64_t{of.hour} * 3600 + std::int64_t{of.minute} * 60 + of.second;
}

civil_time civil_time_of(std::int64_t seconds) noexcept {
    const date::local_seconds at{std::chrono::seconds{seconds}};
    const auto day = date::floor<date::days>(at);
    const date::year_month_day on{day};
    const auto of_day = static_cast<unsigned>((at - day).count());
    return {static_cast<int>(on.year()),
            static_cast<unsigned>(on.month()),
            static_cast<unsigned>(on.day()),
            of_day / 3600,
            of_day / 60 % 60,
            of_day % 60};
}

unsigned weekday_of(const civil_time& of) noexcept { return date::weekday{date::local_days{date_of(of)}}.c_encoding(); }

const char* weekday_name(unsigned weekday) noexcept { return weekdays[weekday % weekdays.size()]; }
const char* month_name(unsigned month) noexcept { return months[(month + 11) % months.size()]; }

std::string date_text(const civil_time& of) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", of.year, of.month, of.day);
    return text.data();
}

std::string time_of_day_text(const civil_time& of) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%02u:%02u:%02u", of.hour, of.minute, of.second);
    return text.data();
}

std::string formatted(const civil_time& of, const std::string& format) {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    try {
        date::to_stream(out, format.c_str(), local_of(of));
    } catch (const std::ios_base::failure&) {
        out.setstate(std::ios_base::failbit);
    }
    if (!out) throw std::invalid_argument("'" + format + "' is not a format of strftime(3)");
    return out.str();
}

std::optional<civil_time> civil_time_in(std::string_view text, const std::string& format) {
    std::istringstream in{std::string{text}};
    in.imbue(std::locale::classic());
    date::local_seconds at;
    in >> date::parse(format, at);
    if (!in || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
    return civil_time_of(at.time_since_epoch().count());
}

} // namespace releve::kit
