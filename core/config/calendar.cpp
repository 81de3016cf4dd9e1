// SPDX-License-Identifier: Apache-2.0
#include "calendar.hpp"

#include "words.hpp"

#include <releve/kit/text/number.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace releve::core {

namespace {

constexpr std::array weekday_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/// Two digits, up to `max`.
std::optional<std::int32_t> two_digits(std::string_view text, std::uint32_t max) {
    const auto value = text.size() == 2 ? kit::integer_in<std::uint32_t>(text) : std::nullopt;
    return value && *value <= max ? std::optional{static_cast<std::int32_t>(*value)} : std::nullopt;
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

bool add_day(calendar_section& into, std::string_view text) {
    for (std::size_t i = 0; i < weekday_names.size(); ++i)
        if (text == weekday_names[i]) return into.weekdays |= 1U << i, true;
    if (text == "last") return into.month_days |= 1, true;
    const auto day = kit::integer_in<unsigned>(text);
    if (!day || text.front() == '0' || *day > 31) return false;
    return into.month_days |= 1U << *day, true;
}

std::string help_for_day(std::string_view text) {
    std::vector<std::string> names{weekday_names.begin(), weekday_names.end()};
    names.emplace_back("last");
    const auto begins = std::find(names.begin(), names.end(), text.substr(0, 3)); // "monday"
    const auto near = begins != names.end() ? *begins : options::nearest(text, names);
    return near.empty() ? R"(write "mon" to "sun", "1" to "31", or "last" for the last day of the month)"
                        : "did you mean " + options::as_toml(near) + "?";
}

template <class Use>
void for_each_text(const toml::table& table, std::string_view key, Use use) {
    const auto there = table.find(key);
    if (there == table.end()) return;
    if (const auto* list = there->second.as_array())
        for (const auto& one : *list)
            if (const auto* text = one.as_string()) use(text->get(), options::position_of(one.source()));
}

} // namespace

void read_calendar(node_section& into, const toml::table& table, problems& found) {
    auto& calendar = into.calendar;
    for_each_text(table, "at", [&](const std::string& text, const options::position& where) {
        if (const auto time = time_of_day(text))
            calendar.at.push_back(*time);
        else
            found.push_back({where, options::as_toml(text) + " is not a time of day",
                             R"(write hours and minutes with two digits each, such as "06:00" or "18:30:15")"});
    });
    std::sort(calendar.at.begin(), calendar.at.end());
    calendar.at.erase(std::unique(calendar.at.begin(), calendar.at.end()), calendar.at.end());
    for_each_text(table, "days", [&](const std::string& text, const options::position& where) {
        if (!add_day(calendar, text))
            found.push_back({where, options::as_toml(text) + " is not a day", help_for_day(text)});
    });

    const auto report = [&](const char* key, std::string what, std::string help) {
        if (const auto there = table.find(key); there != table.end())
            found.push_back({options::position_of(there->first.source()), std::move(what), std::move(help)});
    };
    const bool has_at = table.contains("at");
    if (has_at) report("interval", "'interval' and 'at' can't be used together", "remove one of them");
    if (has_at && into.align)
        report("align", "'align' needs an interval, but this node is read 'at' times of day", "remove it");
    if (!has_at && !into.align) {
        report("days", "'days' needs a time on those days", R"(add at = ["00:00"], or align = true)");
        if (into.jitter != 0)
            report("jitter", "'jitter' needs 'at' or 'align'",
                   "remove it: without them, intervals count from the start of the node");
    }
    if (!has_at && into.align && into.jitter != 0 && into.jitter >= into.interval)
        report("jitter", "'jitter' must be less than the interval of " + options::format_duration(into.interval), {});
}

} // namespace releve::core
