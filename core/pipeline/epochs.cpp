// SPDX-License-Identifier: Apache-2.0
#include "epochs.hpp"

#include "runtime.hpp"
#include "schedule.hpp"

#include <algorithm>

namespace releve::core {

namespace {

/// What the host remembers of counters is committed so often: after a crash a meter's swap is still told from a glitch.
constexpr std::int64_t counters_every = 60'000'000'000;
/// A clock that was set is not believed for so long.
constexpr std::int64_t doubt = 3600'000'000'000;
constexpr std::int64_t first_retry = 500'000'000, longest_retry = 30'000'000'000;

} // namespace

epochs::epochs(runtime& of, store& in, std::int64_t interval_ns)
    : owner_{of}
    , store_{in}
    , interval_{interval_ns}
    , rest_{of.time()} {
    rest_.retire();
}

epochs::~epochs() = default;

void epochs::start() {
    last_cut_ = last_counters_ = owner_.time().steady();
    rest_.enrol();
    thread_ = std::thread{[this] { run(); }};
}

void epochs::routed(node& maker, made_batch& batch) {
    auto& open = open_[&maker];
    if (!open.who) open.who = maker.shared_from_this();
    open.sequence = batch.sequence;
    if (!batch.cursor.empty()) open.cursor = std::move(batch.cursor);
    if (!batch.state.empty()) add_changes(states_[&maker], std::move(batch.state));
}

void epochs::clock_leapt() { ages_count_from_ = owner_.time().steady() + doubt; }

void epochs::bury(dead_letter letter) {
    const std::lock_guard lock{mutex_};
    if (dead_.size() < most_dead) dead_.push_back(std::move(letter));
}

bool epochs::anything() const {
    const auto& all = owner_.committing();
    return damaged_ || !open_.empty() || std::any_of(all.begin(), all.end(), [](const auto& one) {
               return one->has_state_changes() || (one->owed.spooled() != nullptr && one->owed.spooled()->dirty());
           });
}

std::int64_t epochs::cut_if_due() {
    if (busy_) return never; // the committing thread wakes the router
    const bool asked = asked_ != cut_for_;
    if (!asked && !anything()) return never;
    const auto now = owner_.time().steady();
    const auto& all = owner_.committing();
    const bool much = std::any_of(all.begin(), all.end(), [](const auto& one) {
        return one->owed.spooled() != nullptr && one->owed.spooled()->wants_commit();
    });
    if (!asked && !much && now < last_cut_ + interval_) return last_cut_ + interval_;
    cut(now);
    return never;
}

void epochs::cut(std::int64_t now) {
    closed made;
    made.what.time = owner_.time().now();
    made.asked = cut_for_ = asked_;
    for (const auto& one : owner_.committing()) {
        if (auto* spooled = one->owed.spooled()) {
            if (!one->spool_passed_on) {
                made.what.sinks.push_back(spooled->cut(one->owed.in_hand(), now >= ages_count_from_));
                made.spooled.push_back(one);
            }
        } else if (one->takes() && !one->is_transform() && !one->owed.drops()) {
            made.waits_for.emplace_back(one->owed.settled_to(), one->owed.last_id());
        }
        auto state = std::exchange(states_[one.get()], {});
        // What a source writes goes with its next emit; a transform is between two batches now, and a sink that makes
        // nothing has no emit.
        if (one->is_transform() || !one->makes()) add_changes(state, one->take_state_changes());
        const auto open = open_.find(one.get());
        if (open == open_.end() && state.empty()) continue;
        made.what.nodes.push_back(
            {one->name(), open == open_.end() ? std::nullopt : open->second.cursor, std::move(state)});
        if (open != open_.end()) made.told.push_back(open->second);
    }
    open_.clear();
    states_.clear();
    if (now - last_counters_ >= counters_every || stopping_) {
        take_counters(made.what);
        last_counters_ = now;
    }
    last_cut_ = now;
    const std::lock_guard lock{mutex_};
    made.what.dead = std::exchange(dead_, {});
    next_ = std::move(made);
    busy_ = true;
    rest_.wake();
}

void epochs::take_counters(epoch& into) {
    for (const auto& one : owner_.committing()) {
        const std::unique_lock lock{one->emitting, std::try_to_lock}; // an emit that waits for room holds it: next time
        if (lock) one->counters(into.counters);
    }
}

bool epochs::written(const closed& one) const {
    return std::all_of(one.waits_for.begin(), one.waits_for.end(), [](const auto& wanted) {
        return wanted.first->load(std::memory_order_acquire) >= wanted.second;
    });
}

/// At the end, when a sink without a spool has not written: what the spools hold is kept, but the sources read again
/// from where they were.
void epochs::take_back(closed& one) {
    for (auto& part : one.what.nodes) {
        part.cursor.reset();
        part.state.clear();
    }
    one.told.clear();
}

void epochs::state_file_is_damaged(const std::string& why) {
    {
        const std::lock_guard lock{mutex_};
        damage_ = why;
    }
    damaged_ = true;
    owner_.routes().wake();
}

void epochs::replace_state_file() {
    std::string why;
    {
        const std::lock_guard lock{mutex_};
        why = damage_;
    }
    store_.replace_damaged_file(why);
    damaged_ = false;
    owner_.said().write(log_level::error, {}, "state_file", store_.notices().back());
    for (const auto& to : owner_.nodes())
        if (auto* spooled = to->owed.spooled()) spooled->file_replaced();
}

bool epochs::commit(const closed& one) {
    try {
        if (damaged_) replace_state_file();
        for (const auto& [sink, records] : store_.commit(one.what, owner_.series())) {
            for (const auto& to : owner_.nodes())
                if (to->name() == sink) to->figures.dropped.fetch_add(records, std::memory_order_relaxed);
            owner_.said().write(log_level::warning, sink, "spool_full",
                                "its spool is at its limit: the oldest " + std::to_string(records) +
                                    " records were dropped");
        }
        if (const auto letters = store_.take_dropped_letters(); letters != 0)
            owner_.said().write(log_level::warning, {}, "dead_letters_full",
                                "there are more than " + std::to_string(store::max_dead_letters) +
                                    " dead letters: the oldest " + std::to_string(letters) +
                                    " were dropped; look at them with releve dead-letters");
        owner_.said().health({}, "state file", true, {});
        return true;
    } catch (const std::exception& e) {
        if (const auto* error = dynamic_cast<const sqlite_error*>(&e); error != nullptr && error->damaged())
            state_file_is_damaged(e.what()); // the next try is on another one
        owner_.said().health({}, "state file", false,
                             store_.file().string() + ": " + e.what() +
                                 ": nothing is acknowledged until it can be written");
        return false;
    }
}

/// What follows for a sink that is behind will not be on disk for a while: it gets it from memory.
void epochs::serve_from_memory(const closed& one) {
    for (const auto& to : owner_.nodes()) {
        auto* spooled = to->owed.spooled();
        const auto part = std::find_if(one.what.sinks.begin(), one.what.sinks.end(),
                                       [&](const auto& its) { return its.sink == to->name(); });
        if (spooled == nullptr || part == one.what.sinks.end()) continue;
        spooled->not_committed(*part);
        to->owed.more();
        if (!to->owed.empty()) to->rest.wake();
    }
}

void epochs::finish(closed& one) {
    for (const auto& to : one.spooled) to->owed.spooled()->committed(store_.of(to->name()));
    for (const auto& to : owner_.nodes()) // also one that has taken a spool over meanwhile
        if (to->owed.spooled() != nullptr) {
            to->owed.more();
            if (!to->owed.empty()) to->rest.wake();
        }
    for (auto& [who, sequence, cursor] : one.told) who->is_acknowledged(sequence, std::move(cursor));
}

void epochs::run() {
    backoff pace{first_retry, longest_retry, 7};
    std::int64_t again = 0;
    while (!given_up_) {
        const bool last_try = stopping_;
        if (!busy_) {
            rest_.sleep({}, never);
            continue;
        }
        if (!written(*next_)) {
            if (!last_try) {
                rest_.sleep({}, never);
                continue;
            }
            take_back(*next_);
            next_->waits_for.clear();
        }
        if (!last_try && owner_.time().steady() < again) {
            rest_.sleep({}, again);
            continue;
        }
        if (!commit(*next_)) {
            serve_from_memory(*next_);
            again = owner_.time().steady() + pace.next();
            given_up_ = last_try;
            continue;
        }
        pace.reset();
        again = 0;
        finish(*next_);
        {
            const std::lock_guard lock{mutex_};
            answered_ = next_->asked;
            next_.reset();
            busy_ = false;
            committed_.notify_all();
        }
        owner_.routes().wake();
    }
    {
        const std::lock_guard lock{mutex_};
        committed_.notify_all();
    }
    rest_.retire();
}

bool epochs::flush(std::chrono::steady_clock::time_point limit) {
    const auto wanted = ++asked_;
    owner_.routes().wake();
    std::unique_lock lock{mutex_};
    return committed_.wait_until(lock, limit, [&] { return answered_ >= wanted; });
}

bool epochs::stop(std::chrono::steady_clock::time_point limit) {
    if (!thread_.joinable()) return true;
    const auto wait_idle = [&] {
        std::unique_lock lock{mutex_};
        return committed_.wait_until(lock, limit, [&] { return !busy_ || given_up_; }) && !busy_;
    };
    stopping_ = true; // from now on a commit is tried once, and nothing is waited for
    rest_.wake();
    bool all = wait_idle();
    if (all) { // also when nothing came: what is remembered of counters
        cut(owner_.time().steady());
        all = wait_idle();
    }
    given_up_ = true;
    rest_.wake();
    thread_.join();
    return all;
}

} // namespace releve::core
