// SPDX-License-Identifier: Apache-2.0
#include "people/known_records.hpp"

#include <releve/kit/text/utf8.hpp>

#include <algorithm>
#include <chrono>

namespace releve::sms {

namespace {

constexpr auto forgotten_after = std::chrono::days{40}; // longer than the interval of monthly readings

std::string_view beginning_of(std::string_view text) { return kit::utf8_prefix(text, known_records::max_text); }

} // namespace

std::optional<std::size_t> known_records::find(const record_copy& of) const {
    const auto at = std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.same_series(of); });
    if (at == all_.end()) return {};
    return static_cast<std::size_t>(at - all_.begin());
}

std::optional<std::size_t> known_records::add(record_copy one, time_point now) {
    one.text = beginning_of(one.text);
    if (all_.size() < max_) {
        all_.push_back(std::move(one));
        saving_.push_back({true, {}});
        return all_.size() - 1;
    }
    const auto oldest =
        std::min_element(all_.begin(), all_.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    if (oldest == all_.end() || now - to_time(oldest->time) < forgotten_after) return {};
    *oldest = std::move(one);
    const auto index = static_cast<std::size_t>(oldest - all_.begin());
    saving_[index] = {true, {}};
    return index;
}

void known_records::update(std::size_t index, const record& one) {
    auto& known = all_[index];
    const auto time = to_ns(one.time());
    if (time < known.time) return;
    known.time = time;
    known.grade = one.quality();
    known.is_text = one.is_text();
    if (one.is_text())
        known.text = beginning_of(one.text());
    else
        known.number = one.number();
    saving_[index].changed = true;
}

void known_records::restore(record_copy one) {
    all_.push_back(std::move(one));
    saving_.emplace_back();
}

std::vector<std::size_t> known_records::due(duration steady, bool at_once) {
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < saving_.size(); ++i) {
        auto& one = saving_[i];
        if (!one.changed || (!at_once && one.last && steady - *one.last < pause_)) continue;
        one = {false, steady};
        indices.push_back(i);
    }
    return indices;
}

} // namespace releve::sms
