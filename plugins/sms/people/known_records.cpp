// SPDX-License-Identifier: Apache-2.0
#include "people/known_records.hpp"

#include <releve/record_text.hpp>

#include <algorithm>
#include <chrono>

namespace releve::sms {

namespace {

constexpr auto forgotten_after = std::chrono::days{40}; // longer than a month's reading is waited for

std::string_view beginning_of(std::string_view text) {
    std::size_t size = 0;
    while (size < text.size()) {
        const auto next = size + first_character(text.substr(size)).size;
        if (next > known_records::longest_text) break;
        size = next;
    }
    return text.substr(0, size);
}

} // namespace

std::optional<std::size_t> known_records::find(const record_copy& of) const {
    const auto at = std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.same_series(of); });
    if (at == all_.end()) return {};
    return static_cast<std::size_t>(at - all_.begin());
}

std::optional<std::size_t> known_records::make_room(record_copy one, time_point now) {
    one.text = beginning_of(one.text);
    if (all_.size() < most_) {
        all_.push_back(std::move(one));
        saving_.push_back({true, {}});
        return all_.size() - 1;
    }
    const auto oldest =
        std::min_element(all_.begin(), all_.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    if (oldest == all_.end() || now - to_time(oldest->time) < forgotten_after) return {};
    *oldest = std::move(one);
    const auto place = static_cast<std::size_t>(oldest - all_.begin());
    saving_[place] = {true, {}};
    return place;
}

void known_records::take(std::size_t place, const record& one) {
    auto& known = all_[place];
    const auto time = to_ns(one.time());
    if (time < known.time) return;
    known.time = time;
    known.how = one.quality();
    known.is_text = one.is_text();
    if (one.is_text())
        known.text = beginning_of(one.text());
    else
        known.number = one.number();
    saving_[place].changed = true;
}

void known_records::restore(record_copy one) {
    all_.push_back(std::move(one));
    saving_.emplace_back();
}

std::vector<std::size_t> known_records::due(duration steady, bool at_once) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < saving_.size(); ++i) {
        auto& one = saving_[i];
        if (!one.changed || (!at_once && one.last && steady - *one.last < pause_)) continue;
        one = {false, steady};
        places.push_back(i);
    }
    return places;
}

} // namespace releve::sms
