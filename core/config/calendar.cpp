// SPDX-License-Identifier: Apache-2.0
#include "calendar.hpp"

#include "words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace releve::core {

namespace {

constexpr std::array weekday_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/// Two digits, up to `most`.
std::optional<std::int32_t> two_digits(std::string_view text, std::int32_t most) {
    std::int32_t value = 0;
    const auto* end = text.data() + text.size();
    if (text.size() != 2 || text[0] < '0' || text[0] > '9') return {};
    if (const auto [to, error] = std::from_chars(text.data(), end, value); error != std::errc{} || to != end) return {};
    return value <= most ? std::optional{value} : std::nullopt;
}

/// "HH:MM" or "HH:MM:SS", in s since midnight.
std::optional<std::int32_t> time_of_day(std::string_view text) {
    const bool with_seconds = text.size() == 8 && text[5] == ':';
    if ((text.size() != 5 && !with_seconds) || text[2] != ':') return {};
    const auto hours = two_digits(text.substr(0, 2), 23), minutes = two_digits(text.substr(3, 2), 59);
    const auto seconds = with_seconds ? two_digits(text.substr(6), 59) : 0;
    if (!hours || !minutes || !seconds) return {};
    return (*hours * 60 + *minutes) * 60 + *seconds;
}

bool take_day(calendar_section& into, std::string_view text) {
    for (std::size_t i = 0; i < weekday_names.size(); ++i)
        if (text == weekday_names[i]) return into.weekdays |= 1U << i, true;
    if (text == "last") return into.month_days |= 1, true;
    unsigned day = 0;
    const auto* end = text.data() + text.size();
    const auto [to, error] = std::from_chars(text.data(), end, day);
    if (error != std::errc{} || to != end || text.front() == '0' || day < 1 || day > 31) return false;
    return into.month_days |= 1U << day, true;
}

std::string help_for_day(std::string_view text) {
    std::vector<std::string> names{weekday_names.begin(), weekday_names.end()};
    names.emplace_back("last");
    const auto begins = std::find(names.begin(), names.end(), text.substr(0, 3)); // "monday"
    const auto near = begins != names.end() ? *begins : options::nearest(text, names);
    return near.empty() ? R"(write "mon" to "sun", "1" to "31", or "last" for the last day of the month)"
                        : "did you mean " + options::as_toml(near) + "?";
}

template <class Take>
void for_each_text(const toml::table& table, std::string_view key, Take take) {
    const auto there = table.find(key);
    if (there == table.end()) return;
    if (const auto* list = there->second.as_array())
        for (const auto& one : *list)
            if (const auto* text = one.as_string()) take(text->get(), options::position_of(one.source()));
}

} // namespace

void read_calendar(node_section& into, const toml::table& table, problems& found) {
    auto& calendar = into.calendar;
    for_each_text(table, "at", [&](const std::string& text, const options::position& where) {
        if (const auto time = time_of_day(text))
            calendar.at.push_back(*time);
        else
            found.push_back({where, options::as_toml(text) + " is no time of day",
                             R"(write hours and minutes with two digits each, such as "06:00" or "18:30:15")"});
    });
    std::sort(calendar.at.begin(), calendar.at.end());
    calendar.at.erase(std::unique(calendar.at.begin(), calendar.at.end()), calendar.at.end());
    for_each_text(table, "days", [&](const std::string& text, const options::position& where) {
        if (!take_day(calendar, text))
            found.push_back({where, options::as_toml(text) + " is no day", help_for_day(text)});
    });

    const auto tell = [&](const char* key, std::string what, std::string help) {
        if (const auto there = table.find(key); there != table.end())
            found.push_back({options::position_of(there->first.source()), std::move(what), std::move(help)});
    };
    const bool has_at = table.contains("at");
    if (has_at) tell("interval", "'interval' and 'at' exclude each other", "take one of them out");
    if (has_at && into.align)
        tell("align", "'align' goes with an interval, and this node is read 'at' times of day", "take it out");
    if (!has_at && !into.align) {
        tell("days", "'days' needs to know when on those days", R"(add at = ["00:00"], or align = true)");
        if (into.jitter != 0)
            tell("jitter", "'jitter' goes with 'at' or 'align'",
                 "take it out: what is read at an interval begins when its node does");
    }
    if (!has_at && into.align && into.jitter != 0 && into.jitter >= into.interval)
        tell("jitter", "'jitter' must be less than the interval of " + options::format_duration(into.interval), {});
}

} // namespace releve::core
