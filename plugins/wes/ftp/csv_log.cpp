// SPDX-License-Identifier: Apache-2.0
#include "ftp/csv_log.hpp"

#include "page/document.hpp"

#include <releve/failure.hpp>

#include <date/tz.h>

#include <algorithm>
#include <sstream>

namespace releve::wes {

struct csv_log::zone {
    const date::time_zone* of;
};

csv_log::csv_log(csv_layout layout)
    : layout_{std::move(layout)} {
    try {
        zone_ = std::make_unique<zone>(zone{date::locate_zone(layout_.zone)});
    } catch (const std::runtime_error& e) {
        throw permanent_error("time zone '" + layout_.zone + "' is not known on this machine: " + e.what());
    }
}

csv_log::~csv_log() = default;

void csv_log::begin() {
    last_ = {};
    width_ = 0;
}

void csv_log::header(std::string_view line, std::size_t at_least) {
    try {
        const auto names = split(line);
        width_ = names.size() < at_least ? 0 : names.size() - (names.back().empty() ? 1 : 0);
    } catch (const bad_line&) {
        width_ = 0; // any text may stand there
    }
}

std::vector<std::string> csv_log::fields(std::string_view line) const {
    auto all = split(line);
    // A separator that is lost, or one too many, gives every later column another one's value.
    if (width_ != 0 && all.size() != width_ && !(all.size() == width_ + 1 && all.back().empty()))
        throw bad_line("has " + std::to_string(all.size()) + " fields, and the header " + std::to_string(width_));
    return all;
}

std::vector<std::string> csv_log::split(std::string_view line) const {
    if (line.size() > longest_line) throw bad_line("is longer than 4096 bytes");
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
        if (all.size() > most_fields) throw bad_line("has more than 256 fields");
    }
    if (quoted) throw bad_line("has a quote without its end");
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
    std::istringstream in{text};
    date::local_seconds local;
    in >> date::parse(layout_.time_format, local);
    if (!in || in.peek() != std::istringstream::traits_type::eof())
        throw bad_line("has a time that is not as '" + layout_.time_format + "' says");
    // Read as a number, "12:3" would be 12:03: it is more likely what is left of 12:30.
    const auto written = date::format(layout_.time_format, local);
    if (!text.ends_with(written.substr(written.size() - std::min<std::size_t>(2, written.size()))))
        throw bad_line("has a time that is cut");
    if (local < date::local_days{date::year{1970} / 1 / 2} || local >= date::local_days{date::year{2200} / 1 / 1})
        throw bad_line("has a time that is not of the years 1970 to 2199"); // nanoseconds end in 2262
    const auto known = zone_->of->get_info(local);
    if (known.result == date::local_info::nonexistent)
        throw bad_line("has a time that the clock of " + layout_.zone + " skipped");
    const auto utc = [&](date::choose which) {
        return time_point{std::chrono::nanoseconds{zone_->of->to_sys(local, which).time_since_epoch()}};
    };
    auto made = utc(date::choose::earliest);
    if (known.result == date::local_info::ambiguous && made <= last_) made = utc(date::choose::latest);
    return last_ = made;
}

std::optional<double> csv_log::number(const std::vector<std::string>& fields, std::size_t column) const {
    if (column == 0 || column > fields.size() || fields[column - 1].empty()) return {};
    auto text = fields[column - 1];
    if (layout_.decimal == ',') std::replace(text.begin(), text.end(), ',', '.');
    const auto number = number_in(text);
    if (!number) throw bad_line("has no number in column " + std::to_string(column));
    return number;
}

bool csv_log::is_set(const std::vector<std::string>& fields, std::size_t column) const noexcept {
    if (column == 0 || column > fields.size()) return false;
    const auto& text = fields[column - 1];
    return text.find_first_not_of(std::string{"0"} + layout_.decimal) != text.npos;
}

} // namespace releve::wes
