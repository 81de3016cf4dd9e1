// SPDX-License-Identifier: Apache-2.0
#include "series_table.hpp"

#include <releve/string.hpp>

#include <algorithm>
#include <cmath>

namespace releve::testing {

namespace {

bool plain_word(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

std::string shown(const declared_series& of) {
    std::string text = of.name + "{";
    for (const auto& [key, value] : of.labels)
        ((text += text.back() == '{' ? "" : ", ").append(key) += '=').append(value);
    return text + "}";
}

std::string identity(const declared_series& of) {
    std::string text = of.name;
    for (const auto& [key, value] : of.labels)
        (((text += '\n').append(key) += '=').append(std::to_string(value.size())) += ':').append(value);
    return text;
}

std::string refusal(const declared_series& of) {
    if (of.name.empty()) return "it has no name";
    if (!plain_word(of.name)) return "a name has only lower case letters, digits and '_'";
    for (const auto& [key, value] : of.labels)
        if (!plain_word(key)) return "label '" + key + "': a key has only lower case letters, digits and '_'";
    if (of.kind > kind::setting) return "its kind is unknown";
    for (const double number : {of.resolution, of.modulus, of.max_rate})
        if (!std::isfinite(number) || number < 0)
            return "resolution, modulus and max_rate must be finite and not negative";
    return {};
}

std::string broken_rule(const declared_series& of) {
    const bool words = of.kind == kind::text || of.kind == kind::event;
    if (of.help.empty()) return "has no help: one sentence that says what it is";
    if (of.unit.empty() && (of.kind == kind::gauge || of.kind == kind::counter))
        return "is a number without a unit: use \"1\" for a pure number";
    if (!of.unit.empty() && words) return "is a text with a unit";
    if (of.kind != kind::counter && (of.modulus != 0 || of.max_rate != 0))
        return "is not a counter but has a modulus or a maximum rate";
    return {};
}

std::string_view name_of(kind of) {
    constexpr std::string_view names[] = {"gauge", "counter", "text", "event", "setting"};
    return names[static_cast<std::size_t>(of)];
}

} // namespace

series_table::result series_table::declare(const releve_series& of, std::string_view site, const std::string& maker,
                                           std::uint32_t limit) {
    auto made = std::make_shared<declared_series>();
    made->kind = static_cast<kind>(of.kind);
    made->name = view(of.name);
    made->quantity = view(of.quantity);
    made->unit = view(of.unit);
    made->help = view(of.help);
    made->resolution = of.resolution;
    made->modulus = of.modulus;
    made->max_rate = of.max_rate;
    for (std::uint32_t i = 0; i < of.label_count; ++i) {
        const auto [at, fresh] = made->labels.emplace(view(of.labels[i].key), view(of.labels[i].value));
        if (!fresh) return {0, "label '" + at->first + "' is given twice"};
    }
    made->labels.emplace("site", site);
    made->labels.emplace("device", maker);
    if (auto why = refusal(*made); !why.empty()) return {0, why};

    const auto id = (one_maker_each ? std::string{} : maker + '\n') + identity(*made);
    if (const auto known = numbers_.find(id); known != numbers_.end()) {
        const auto& first = rows_[known->second - 1];
        if (first.maker != maker) return {0, shown(*made) + " is already made by '" + first.maker + "'"};
        if (first.series->kind != made->kind)
            return {0, shown(*made) + " is already a " + std::string{name_of(first.series->kind)}};
        if (first.series->unit != made->unit) return {0, shown(*made) + " is already in '" + first.series->unit + "'"};
        return {known->second, {}};
    }
    if (count(maker) >= limit)
        return {0, "the node already has " + std::to_string(limit) + " series: more are refused (max_series)"};

    auto why = broken_rule(*made);
    if (!why.empty()) why = "series '" + made->name + "' " + why;
    made->number = static_cast<std::uint32_t>(rows_.size() + 1);
    auto& added = rows_.emplace_back();
    added.series = made;
    added.maker = maker;
    for (const auto& [key, value] : made->labels) added.c_labels.push_back({to_c(key), to_c(value)});
    added.c = {.size = sizeof added.c,
               .kind = of.kind,
               .name = to_c(made->name),
               .quantity = to_c(made->quantity),
               .unit = to_c(made->unit),
               .help = to_c(made->help),
               .labels = added.c_labels.data(),
               .label_count = static_cast<std::uint32_t>(added.c_labels.size()),
               .reserved = 0,
               .resolution = made->resolution,
               .modulus = made->modulus,
               .max_rate = made->max_rate};
    numbers_.emplace(id, made->number);
    ++counts_[maker];
    return {made->number, why};
}

std::shared_ptr<const declared_series> series_table::find(std::uint32_t number) const {
    return number == 0 || number > rows_.size() ? nullptr : rows_[number - 1].series;
}

const releve_series* series_table::c(std::uint32_t number) const {
    return number == 0 || number > rows_.size() ? nullptr : &rows_[number - 1].c;
}

std::vector<declared_series> series_table::of(const std::string& maker) const {
    std::vector<declared_series> all;
    for (const auto& one : rows_)
        if (one.maker == maker) all.push_back(*one.series);
    return all;
}

std::uint32_t series_table::count(const std::string& maker) const {
    const auto found = counts_.find(maker);
    return found == counts_.end() ? 0 : found->second;
}

} // namespace releve::testing
