// SPDX-License-Identifier: Apache-2.0
#include "ftp/csv_log.hpp"

#include "page/document.hpp"

#include <algorithm>

namespace releve::wes {

csv_log::csv_log(csv_layout layout)
    : layout_{std::move(layout)}
    , zone_{layout_.zone} {}

void csv_log::begin() {
    last_ = {};
    width_ = 0;
}

void csv_log::header(std::string_view line, std::size_t min_fields) {
    try {
        const auto names = split(line);
        width_ = names.size() < min_fields ? 0 : names.size() - (names.back().empty() ? 1 : 0);
    } catch (const bad_line&) {
        width_ = 0; // it may be any text
    }
}

std::vector<std::string> csv_log::fields(std::string_view line) const {
    auto all = split(line);
    // A missing or an extra separator would give each later column the value of another one.
    if (width_ != 0 && all.size() != width_ && !(all.size() == width_ + 1 && all.back().empty()))
        throw bad_line("has " + std::to_string(all.size()) + " fields, and the header " + std::to_string(width_));
    return all;
}

std::vector<std::string> csv_log::split(std::string_view line) const {
    if (line.size() > max_line) throw bad_line("is longer than 4096 bytes");
    std::vector<std::string> all(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"')
            all.back() += line[++i];
        else if (c == '"')
            quoted = !quoted;
        else if (c == layout_.separator && !quoted)
            all.emplace_back();
        else
            all.back() += c;
        if (all.size() > max_fields) throw bad_line("has more than 256 fields");
    }
    if (quoted) throw bad_line("has a quote that does not end");
    for (auto& one : all) {
        while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.erase(0, 1);
        while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) one.pop_back();
    }
    return all;
}

time_point csv_log::time(const std::vector<std::string>& fields) {
    std::string text;
    for (const auto column : layout_.time_columns) {
        if (column > fields.size()) throw bad_line("has no column " + std::to_string(column) + ", of its time");
        text += (text.empty() ? "" : " ") + fields[column - 1];
    }
    const auto local = kit::civil_time_in(text, layout_.time_format);
    if (!local) throw bad_line("has a time that is not as '" + layout_.time_format + "' says");
    // Read as a number, "12:3" would be 12:03: more likely, it is what is left of 12:30.
    const auto written = kit::formatted(*local, layout_.time_format);
    if (!text.ends_with(written.substr(written.size() - std::min<std::size_t>(2, written.size()))))
        throw bad_line("has a time that is cut");
    constexpr std::int64_t seconds_a_day = 86'400;
    if (local->year >= 2200 || local->year < 1970 || kit::seconds_of(*local) < seconds_a_day)
        throw bad_line("has a time that is not of the years 1970 to 2199"); // nanoseconds end in 2262
    const auto ambiguity = zone_.ambiguity_of(*local);
    if (ambiguity == kit::ambiguity::skipped)
        throw bad_line("has a time that the clock of " + layout_.zone + " skipped");
    auto made = zone_.utc(*local);
    if (ambiguity == kit::ambiguity::twice && made <= last_) made = zone_.utc(*local, kit::site_time::which::last);
    return last_ = made;
}

std::optional<double> csv_log::number(const std::vector<std::string>& fields, std::size_t column) const {
    if (column == 0 || column > fields.size() || fields[column - 1].empty()) return {};
    auto text = fields[column - 1];
    if (layout_.decimal == ',') {
        // A point would be a mark of thousands: 1.234 is no 1.234 then.
        if (text.find('.') != text.npos) throw bad_line("has no number in column " + std::to_string(column));
        std::replace(text.begin(), text.end(), ',', '.');
    }
    const auto number = plain_number_in(text);
    if (!number) throw bad_line("has no number in column " + std::to_string(column));
    return number;
}

bool csv_log::is_set(const std::vector<std::string>& fields, std::size_t column) const noexcept {
    if (column == 0 || column > fields.size()) return false;
    const auto& text = fields[column - 1];
    return text.find_first_not_of(std::string{"0"} + layout_.decimal) != text.npos;
}

} // namespace releve::wes
