// SPDX-License-Identifier: Apache-2.0
#include "own_series.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace releve::core {

void own_series::add(std::uint32_t number, const releve_series& series) {
    if (number >= slots_.size()) slots_.resize(number + 1);
    if (slots_[number] != 0) return;
    all_.push_back({&series, shared_.counters.of(number), number, 0});
    slots_[number] = static_cast<std::uint32_t>(all_.size());
}

void own_series::refresh() {
    for (auto& one : all_) {
        one.series = shared_.series.find(one.number);
        one.state = shared_.counters.of(one.number);
    }
}

void own_series::known_counters(counter_list& into) const {
    for (const auto& one : all_)
        if (one.series->kind == RELEVE_KIND_COUNTER && one.state.known) into.emplace_back(one.number, one.state);
}

void own_series::changed_counters(counter_list& into) {
    for (auto& one : all_) {
        if (one.series->kind != RELEVE_KIND_COUNTER || !one.state.known) continue;
        const auto seen = std::max(one.state.time, one.state.candidate_time);
        if (std::exchange(one.committed, seen) != seen) into.emplace_back(one.number, one.state);
    }
}

inline void own_series::judge_counter(entry& own, releve_record& record) {
    const auto verdict = judge(own.state, *own.series, record.value.number, record.time);
    if (verdict == counter_verdict::suspect) [[unlikely]]
        record.quality = RELEVE_QUALITY_SUSPECT;
    else if (verdict == counter_verdict::replaced) [[unlikely]]
        shared_.log.write(log_level::warning, node_, "counter_replaced",
                          spell(*own.series) + " goes on from " + std::to_string(record.value.number) +
                              ": it was reset, or it is another meter");
}

own_series::checked own_series::check(batch_block& block) {
    checked result;
    auto* const first = block.records();
    auto* const end = first + block.batch.count;
    auto* keep = first;
    for (auto* r = first; r != end; ++r) {
        const auto slot = r->series < slots_.size() ? slots_[r->series] : 0;
        if (slot == 0 && !(passes_on_ && shared_.series.find(r->series) != nullptr)) [[unlikely]] {
            ++result.undeclared;
            continue;
        }
        if (r->type == RELEVE_VALUE_NUMBER) [[likely]] {
            if (!std::isfinite(r->value.number)) [[unlikely]] {
                r->value.number = std::numeric_limits<double>::quiet_NaN();
                r->quality = RELEVE_QUALITY_ABSENT;
            } else if (slot != 0 && all_[slot - 1].series->kind == RELEVE_KIND_COUNTER &&
                       r->quality != RELEVE_QUALITY_SUSPECT) {
                judge_counter(all_[slot - 1], *r);
            }
        } else if (r->type != RELEVE_VALUE_TEXT || r->value.text.offset > block.batch.text_size ||
                   r->value.text.size > block.batch.text_size - r->value.text.offset) [[unlikely]] {
            ++result.bad_values;
            continue;
        }
        if (keep != r) *keep = *r;
        ++keep;
    }
    result.left = block.batch.count = static_cast<std::uint32_t>(keep - first);
    return result;
}

} // namespace releve::core
