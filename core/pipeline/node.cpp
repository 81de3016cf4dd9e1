// SPDX-License-Identifier: Apache-2.0
#include "node.hpp"

#include "records/series_table.hpp"
#include "runtime.hpp"

#include <releve/string.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace releve::core {

std::string_view spell(node_state state) {
    switch (state) {
    case node_state::made:
        return "made";
    case node_state::starting:
        return "starting";
    case node_state::running:
        return "running";
    case node_state::failing:
        return "failing";
    case node_state::hanging:
        return "hanging";
    case node_state::finished:
        return "finished";
    case node_state::stopped:
        return "stopped";
    case node_state::abandoned:
        return "abandoned";
    }
    return "unknown";
}

node::node(runtime& of, node_section& its, std::shared_ptr<const void> file_of_it)
    : owner{of}
    , file{std::move(file_of_it)}
    , section{its}
    , made{static_cast<std::size_t>(its.queue_bytes)}
    , owed{static_cast<std::size_t>(its.queue_bytes), its.policy == queue_policy::drop_oldest}
    , rest{of.time()}
    , stop_fd{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    const auto& site = of.site();
    const bool at_intervals = abi().collect != nullptr && section.calendar.at.empty();
    identity = {sizeof identity,
                0,
                to_c(site.name),
                to_c(site.timezone),
                to_c(section.name),
                abi().name,
                at_intervals ? section.interval : 0};
}

node::~node() {
    destroy();
    if (stop_fd >= 0) close(stop_fd);
}

releve_status node::create() {
    void* made_self = nullptr;
    const auto status = enter([&](void*) { return abi().create(&host_table, this, &made_self); });
    if (status == RELEVE_OK) self = made_self;
    return status;
}

void node::destroy() {
    if (self != nullptr) abi().destroy(self);
    self = nullptr;
}

void node::misses_reason(releve_status status) {
    if (status == RELEVE_BAD_OPTION && !refused_.empty()) return;
    if (status == RELEVE_STOPPED) {
        failure_ = "it ended as if it had been told to";
        return;
    }
    failure_ = "it failed without a reason (status " + std::to_string(status) + ")";
    misbehaves("no_reason", failure_);
}

void node::misbehaves(std::string_view event, const std::string& what) {
    figures.misbehaved.fetch_add(1, std::memory_order_relaxed);
    owner.said().write(log_level::warning, name(), event,
                       "component '" + std::string{view(abi().name)} + "' misbehaves: " + what);
}

void node::know_series(std::uint32_t number, const releve_series& series) {
    if (number >= slots_.size()) slots_.resize(number + 1);
    if (slots_[number] != 0) return;
    own_.push_back({&series, owner.remembered_counter(number), number, 0});
    slots_[number] = static_cast<std::uint32_t>(own_.size());
}

void node::counters(std::vector<std::pair<std::uint32_t, counter_state>>& into) {
    for (auto& one : own_) {
        if (one.series->kind != RELEVE_KIND_COUNTER || !one.state.known) continue;
        const auto seen = std::max(one.state.time, one.state.candidate_time);
        if (std::exchange(one.committed, seen) != seen) into.emplace_back(one.number, one.state);
    }
}

void node::look_again_at_series() {
    for (auto& one : own_) {
        one.series = owner.series().find(one.number);
        one.state = owner.remembered_counter(one.number);
    }
}

void node::known_counters(std::vector<std::pair<std::uint32_t, counter_state>>& into) const {
    for (const auto& one : own_)
        if (one.series->kind == RELEVE_KIND_COUNTER && one.state.known) into.emplace_back(one.number, one.state);
}

void node::change_state(std::string_view key, std::optional<std::string> value) {
    const std::lock_guard lock{memory_mutex_};
    changes_.insert_or_assign(std::string{key}, std::move(value));
    state_changed_ = true;
}

state_changes node::take_state_changes() {
    const std::lock_guard lock{memory_mutex_};
    state_changed_ = false;
    return std::exchange(changes_, {});
}

void node::remembers(std::map<std::string, std::string, std::less<>> its_state, std::string its_cursor) {
    state = std::move(its_state);
    committed_cursor_ = std::move(its_cursor);
}

void node::bury(const releve_delivery& delivery, std::uint32_t index, std::string_view why) {
    if (owner.commits() == nullptr) return;
    dead_letter letter;
    letter.time = owner.time().now();
    letter.sink = name();
    letter.batch = delivery.id;
    letter.index = index;
    letter.record = delivery.batch->records[index];
    if (letter.record.type == RELEVE_VALUE_TEXT)
        letter.text.assign(delivery.batch->text + letter.record.value.text.offset, letter.record.value.text.size);
    letter.reason = why;
    owner.commits()->bury(std::move(letter));
}

void node::is_acknowledged(std::uint64_t sequence, std::optional<std::string> cursor) {
    if (cursor) {
        const std::lock_guard lock{memory_mutex_};
        committed_cursor_ = std::move(*cursor);
    }
    acknowledged_.store(sequence, std::memory_order_release);
    if (listens_) rest.wake();
}

std::uint64_t node::acknowledged() {
    listens_ = true;
    return acknowledged_.load(std::memory_order_acquire);
}

bool node::heard_acknowledgement() {
    const auto heard = acknowledged_.load(std::memory_order_acquire);
    return std::exchange(heard_, heard) != heard && listens_;
}

const std::string& node::cursor() {
    const std::lock_guard lock{memory_mutex_};
    return told_cursor_ = committed_cursor_;
}

std::uint32_t node::check(batch_block& block) {
    auto* const first = block.records();
    auto* const end = first + block.batch.count;
    auto* keep = first;
    std::uint32_t undeclared = 0, bad_text = 0;
    const bool passes_on = is_transform(); // may emit what it received
    for (auto* r = first; r != end; ++r) {
        const auto slot = r->series < slots_.size() ? slots_[r->series] : 0;
        if (slot == 0 && !(passes_on && owner.series().find(r->series) != nullptr)) [[unlikely]] {
            ++undeclared;
            continue;
        }
        if (r->type == RELEVE_VALUE_NUMBER) [[likely]] {
            if (!std::isfinite(r->value.number)) [[unlikely]] {
                r->value.number = std::numeric_limits<double>::quiet_NaN();
                r->quality = RELEVE_QUALITY_ABSENT;
            } else if (slot != 0 && own_[slot - 1].series->kind == RELEVE_KIND_COUNTER &&
                       r->quality != RELEVE_QUALITY_SUSPECT) {
                const auto* series = own_[slot - 1].series;
                auto& remembered = own_[slot - 1].state;
                const auto verdict = judge(remembered, *series, r->value.number, r->time);
                if (verdict == counter_verdict::suspect) [[unlikely]]
                    r->quality = RELEVE_QUALITY_SUSPECT;
                else if (verdict == counter_verdict::replaced) [[unlikely]]
                    owner.said().write(log_level::warning, name(), "counter_replaced",
                                       spell(*series) + " goes on from " + std::to_string(r->value.number) +
                                           ": it was reset, or it is another meter");
            }
        } else if (r->type != RELEVE_VALUE_TEXT || r->value.text.offset > block.batch.text_size ||
                   r->value.text.size > block.batch.text_size - r->value.text.offset) [[unlikely]] {
            ++bad_text;
            continue;
        }
        if (keep != r) *keep = *r;
        ++keep;
    }
    if (undeclared != 0)
        misbehaves("undeclared_series", std::to_string(undeclared) + " records of series it did not declare");
    if (bad_text != 0) misbehaves("bad_record", std::to_string(bad_text) + " records with no value of their type");
    block.batch.count = static_cast<std::uint32_t>(keep - first);
    return block.batch.count;
}

} // namespace releve::core
