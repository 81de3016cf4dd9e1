// SPDX-License-Identifier: Apache-2.0
#include "own_series.hpp"

#include "broken_records.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace releve::core {

void own_series::add(std::uint32_t number, const releve_series& series) {
    if (number >= slots_.size()) slots_.resize(number + 1);
    if (slots_[number] != 0) return;
    all_.push_back({.series = &series, .state = shared_.counters.of(number), .number = number});
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
        if (one.series->kind == RELEVE_KIND_COUNTER && (one.state.known || one.state.agreeing != 0))
            into.emplace_back(one.number, one.state);
}

void own_series::changed_counters(counter_list& into) {
    for (auto& one : all_) {
        if (one.series->kind != RELEVE_KIND_COUNTER || !(one.state.known || one.state.agreeing != 0)) continue;
        const auto seen = one.state.agreeing != 0 ? one.state.candidate_time : one.state.time;
        const bool moved = std::exchange(one.committed, seen) != seen;
        if (std::exchange(one.committed_held, one.state.held) != one.state.held || moved)
            into.emplace_back(one.number, one.state);
    }
}

inline void own_series::judge_counter(std::uint32_t slot, releve_record& record, const judging& how) {
    auto& own = all_[slot];
    const auto before = own.state.value;
    const bool was_held = own.state.held, was_known = own.state.known;
    const auto verdict = judge(own.state, *own.series, record.value.number, record.time, how);
    if (verdict == counter_verdict::suspect) [[unlikely]]
        record.quality = RELEVE_QUALITY_SUSPECT;
    if (verdict != counter_verdict::plausible || was_held != own.state.held) [[unlikely]]
        events_.note(slot, verdict, was_held, own.state.held, before, record);
    if (!was_known) [[unlikely]]
        new_counters_ = true;
}

own_series::checked own_series::check(batch_block& block) {
    const judging how{.believes_first = shared_.site.believes_first || shared_.once, .now = shared_.clock.now()};
    checked result;
    broken_records broken{shared_.series, block};
    auto newest = std::numeric_limits<std::int64_t>::min();
    auto* const first = block.records();
    auto* const end = first + block.batch.count;
    auto* keep = first;
    for (auto* r = first; r != end; ++r) {
        const auto slot = r->series < slots_.size() ? slots_[r->series] : 0;
        const auto* series = slot != 0 ? all_[slot - 1].series : passes_on_ ? shared_.series.find(r->series) : nullptr;
        if (!broken.mend(*r, series)) [[unlikely]] {
            ++result.lost;
            continue;
        }
        if (slot != 0 && series->kind == RELEVE_KIND_COUNTER && r->quality != RELEVE_QUALITY_SUSPECT &&
            r->quality != RELEVE_QUALITY_ABSENT)
            judge_counter(slot - 1, *r, how);
        newest = std::max(newest, r->time);
        if (keep != r) *keep = *r;
        ++keep;
    }
    result.left = block.batch.count = static_cast<std::uint32_t>(keep - first);
    block.newest = newest;
    block.counters_due = std::exchange(new_counters_, false);
    broken.tell(result.broken);
    return result;
}

std::uint32_t own_series::events_of(std::uint32_t slot, const series_table::declarer& by) {
    if (all_[slot].events != 0) return all_[slot].events;
    const auto number = events_.declare(*all_[slot].series, by);
    if (number == 0) return 0;
    if (number >= slots_.size() || slots_[number] == 0) ++host_made_;
    add(number, *shared_.series.find(number));
    return all_[slot].events = number;
}

batch_ref own_series::add_events(batch_ref batch, const series_table::declarer& by) {
    if (events_.empty()) [[likely]]
        return batch;
    events_.tell([&](std::uint32_t slot) { return spell(*all_[slot].series); });
    return events_.add_to(std::move(batch), [&](std::uint32_t slot) { return events_of(slot, by); });
}

} // namespace releve::core
