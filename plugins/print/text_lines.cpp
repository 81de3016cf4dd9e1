// SPDX-License-Identifier: Apache-2.0
#include "text_lines.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/kit/text/printable.hpp>
#include <releve/kit/text/unit.hpp>
#include <releve/record_text.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace releve::print {

using kit::number_text, kit::printable, kit::shortened, kit::width;

namespace {

constexpr const char *dim = "\033[2m", *cyan = "\033[36m", *bold = "\033[1m", *yellow = "\033[33m", *blue = "\033[34m",
                     *red = "\033[31m", *plain = "\033[0m";

constexpr std::size_t time_columns = 8, gap = 2, value_columns = 12, unit_columns = 4;
constexpr std::size_t max_device_columns = 16, max_name_columns = 48, min_name_columns = 16;
/// After the name: gap, value, blank, unit, gap, "estimated".
constexpr std::size_t columns_after_name = gap + value_columns + 1 + unit_columns + gap + 9;

void pad(std::string& to, std::size_t from, std::size_t until) {
    if (from < until) to.append(until - from, ' ');
}

const char* colour_of(quality of) {
    switch (of) {
    case quality::suspect:
        return yellow;
    case quality::estimated:
        return blue;
    case quality::absent:
        return red;
    default:
        return bold;
    }
}

} // namespace

void text_lines::put(std::string& to, const char* colour, const std::string& text) const {
    if (coloured_ && !text.empty())
        ((to += colour) += text) += plain;
    else
        to += text;
}

const text_lines::heading& text_lines::heading_of(const record& one, series_view as) {
    const auto number = one.series().number();
    if (number >= headings_.size()) headings_.resize(number + 1);
    auto& made = headings_[number];
    if (made.made) return made;
    made.made = true;
    made.device = printable(as.label("device"));
    made.name = printable(as.name());
    made.unit = kit::unit_text(as.unit());
    made.decimals = kit::decimals_of(as.resolution());
    for (std::uint32_t i = 0; i < as.label_count(); ++i) {
        const auto key = as.label_key(i);
        if (key == "site" || key == "device") continue;
        const auto value = printable(as.label_value(i));
        ((((made.labels += ' ') += printable(key)) += '=') += value);
        (made.labels_without_keys += ' ') += value;
    }
    device_columns_ = std::max(device_columns_, std::min(width(made.device), max_device_columns));
    name_columns_ = std::max(name_columns_, std::min(width(made.name) + width(made.labels), max_name_columns));
    return made;
}

void text_lines::add_time(time_point utc, std::string& to) {
    const auto at = clock_.local(utc).at;
    const bool same_day = at_ && std::tie(at_->year, at_->month, at_->day) == std::tie(at.year, at.month, at.day);
    if (!same_day) {
        put(to, dim, "\u2500\u2500 " + clock_.day_for_people(utc) + " \u2500\u2500");
        to += '\n';
    }
    if (at_ != at) {
        put(to, dim, kit::time_of_day_text(at));
        at_ = at;
        device_.clear();
    } else {
        pad(to, 0, time_columns);
    }
}

void text_lines::add_name(const heading& of, std::string& to) {
    pad(to, 0, gap);
    const auto device = columns_ == 0 ? of.device : shortened(of.device, device_columns_);
    if (of.device != device_) {
        put(to, cyan, device);
        pad(to, width(device), device_columns_);
        device_ = of.device;
    } else {
        pad(to, 0, device_columns_);
    }
    pad(to, 0, gap);
    auto room = name_columns_;
    if (const auto taken = time_columns + gap + device_columns_ + gap + columns_after_name; columns_ != 0)
        room = std::min(room, std::max(min_name_columns, columns_ > taken ? columns_ - taken : 0));
    auto name = of.name, labels = of.labels;
    if (columns_ != 0) { // the name first; then the labels, without their keys when they don't fit
        name = shortened(name, room);
        const auto left = room - width(name);
        if (width(labels) > left) labels = left > 1 ? shortened(of.labels_without_keys, left) : "";
    }
    to += name;
    put(to, dim, labels);
    pad(to, width(name) + width(labels), room);
}

void text_lines::add_value(const record& one, const heading& of, std::string& to) {
    pad(to, 0, gap);
    const bool absent = one.quality() == quality::absent || (one.is_number() && !std::isfinite(one.number()));
    auto value = absent ? "\u2014" : one.is_text() ? printable(one.text()) : number_text(one.number(), of.decimals);
    if (one.is_text() && columns_ != 0) {
        const auto taken = time_columns + gap + device_columns_ + gap + name_columns_ + gap;
        value = shortened(value, std::max(value_columns, columns_ > taken + 1 ? columns_ - taken - 1 : 0));
    }
    const auto columns = width(value);
    pad(to, columns, value_columns);
    put(to, colour_of(absent ? quality::absent : one.quality()), value);
    const auto word = absent ? "absent" : one.quality() == quality::good ? "" : name_of(one.quality());
    if (of.unit.empty() && *word == '\0') return;
    to += ' ';
    to += absent ? "" : of.unit;
    if (*word == '\0') return;
    pad(to, absent ? 0 : width(of.unit), unit_columns);
    pad(to, 0, gap);
    put(to, colour_of(absent ? quality::absent : one.quality()), word);
}

void text_lines::add(const record& one, series_view as, std::string& to) {
    const auto& of = heading_of(one, as);
    add_time(one.time(), to);
    add_name(of, to);
    add_value(one, of, to);
    to += '\n';
}

} // namespace releve::print
