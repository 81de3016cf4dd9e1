// SPDX-License-Identifier: Apache-2.0
#include "decoder/frame.hpp"

#include <array>

namespace releve::teleinfo {

void tic_frame::begin() noexcept {
    for (auto& one : entries_) one.present = false;
    other_count_ = good_ = bad_ = 0;
    malformed_.clear();
    first_generation_power_.present = false;
    mode_ = tic_mode::unknown;
    test_ = false;
}

void tic_frame::take(const tic_group& group) {
    tic_value value;
    switch (read_value(group, order_, value)) {
    case tic_verdict::good:
        break;
    case tic_verdict::malformed:
        if (group.in_frame && malformed_.size() < max_others) malformed_.push_back(value.label);
        return take_bad();
    case tic_verdict::unknown:
        return take_other(group);
    }
    ++totals_.good;
    if (!group.in_frame) return;
    ++good_;
    mode_ = group.mode;
    auto& kept = group.label == first_generation_power ? first_generation_power_ : entries_[place_of(*value.label)];
    kept.present = true;
    kept.number = value.number;
    kept.at = value.at;
    kept.text.assign(value.text);
}

void tic_frame::take_bad() noexcept {
    ++totals_.bad;
    ++bad_;
}

void tic_frame::take_other(const tic_group& group) {
    const auto value = read_other(group);
    if (!value) return take_bad();
    ++totals_.unknown;
    if (!group.in_frame) return;
    mode_ = group.mode;
    if (group.label == "TRAME" && group.data.substr(0, 4) == "TEST") test_ = true;
    if (other_count_ == max_others) return;
    if (other_count_ == others_.size()) others_.emplace_back();
    auto& kept = others_[other_count_++];
    kept.label.assign(group.label);
    kept.is_number = value->is_number;
    kept.number = value->number;
    kept.unit = value->unit;
    kept.text.assign(value->text);
    kept.stamped = value->stamped;
    kept.at = value->at;
}

void tic_frame::place_first_generation_power(unsigned phases) {
    if (!first_generation_power_.present) return;
    std::array<char, 32> name{}; // find_label reads beyond the label
    const auto entry_of = [&](std::string_view label) -> entry& {
        label.copy(name.data(), name.size());
        return entries_[place_of(*find_label({name.data(), label.size()}, tic_mode::standard))];
    };
    auto& total = entry_of("SINSTS");
    if (phases == 3) {
        if (auto& one = entry_of("SINSTS1"); !one.present) one = first_generation_power_;
    } else if (!total.present && (phases == 1 || clean())) { // a damaged frame may have lost the other phases
        total = first_generation_power_;
    }
}

const tic_frame::entry* tic_frame::find(std::string_view label, tic_mode mode) const noexcept {
    std::array<char, 32> padded{}; // find_label reads beyond the label
    label.copy(padded.data(), 16);
    const auto* known = find_label({padded.data(), label.size()}, mode);
    if (known == nullptr || !entries_[place_of(*known)].present) return nullptr;
    return &entries_[place_of(*known)];
}

} // namespace releve::teleinfo
