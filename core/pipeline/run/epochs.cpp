// SPDX-License-Identifier: Apache-2.0
#include "epochs.hpp"

#include "pipeline/schedule.hpp"

#include <algorithm>
#include <iterator>

namespace releve::core {

namespace {

/// What the host remembers of counters is committed so often: after a crash a meter's swap is still told from a glitch.
constexpr std::int64_t counters_every = 60'000'000'000;
/// A clock that was set is not believed for so long.
constexpr std::int64_t doubt = 3600'000'000'000;
/// Batches of a sink that are deleted at once to make room: that must fit into what is kept of a full disk.
constexpr std::size_t max_freed = 128;
constexpr std::int64_t first_retry = 500'000'000, longest_retry = 30'000'000'000;

} // namespace

epochs::epochs(services& shared, const graph& nodes, core::store& in)
    : shared_{shared}
    , graph_{nodes}
    , store_{in} {}

void epochs::start() {
    last_cut_ = last_counters_ = shared_.clock.steady();
    shared_.committer.enrol();
    thread_ = std::thread{[this] { run(); }};
}

void epochs::routed(node& maker, made_batch& batch) {
    auto& open = open_[&maker];
    if (!open.who) open.who = maker.shared_from_this();
    open.sequence = batch.sequence;
    if (!batch.cursor.empty()) open.cursor = std::move(batch.cursor);
    if (!batch.state.empty()) add_changes(states_[&maker], std::move(batch.state));
}

void epochs::clock_leapt() { ages_count_from_ = shared_.clock.steady() + doubt; }

bool epochs::anything() const {
    const auto& all = graph_.committing();
    return shared_.inbox.damaged() || shared_.inbox.has_letters() || !open_.empty() ||
           std::any_of(all.begin(), all.end(), [](const auto& one) {
               return one->memory().has_changes() ||
                      (one->owed().spooled() != nullptr && one->owed().spooled()->dirty());
           });
}

std::int64_t epochs::cut_if_due() {
    if (busy_) return never; // the committing thread wakes the router
    const bool asked = asked_ != cut_for_;
    const auto now = shared_.clock.steady();
    if (!asked && !anything())
        if (const auto old = too_old_from(); now < old) return old;
    const auto& all = graph_.committing();
    const bool much = std::any_of(all.begin(), all.end(), [](const auto& one) {
        return one->owed().spooled() != nullptr && one->owed().spooled()->wants_commit();
    });
    if (!asked && !much && now < last_cut_ + shared_.site.commit_interval)
        return last_cut_ + shared_.site.commit_interval;
    cut(now);
    return never;
}

/// When something in a spool will be too old (steady ns).
std::int64_t epochs::too_old_from() const {
    auto first = never;
    for (const auto& one : graph_.committing())
        if (const auto* spooled = one->owed().spooled(); spooled != nullptr && !one->owed().spool_passed_on())
            first = std::min(first, spooled->too_old_from());
    if (first == never) return never;
    const auto in = std::max<std::int64_t>(first - shared_.clock.now(), 0);
    return std::max(shared_.clock.steady() + in, ages_count_from_);
}

void epochs::cut(std::int64_t now) {
    closed made;
    made.what.time = shared_.clock.now();
    made.asked = cut_for_ = asked_;
    for (const auto& one : graph_.committing()) {
        if (auto* spooled = one->owed().spooled()) {
            if (!one->owed().spool_passed_on()) {
                made.what.sinks.push_back(spooled->cut(one->owed().in_hand(), now >= ages_count_from_));
                made.spooled.push_back(one);
            }
        } else if (one->is_sink() && !one->owed().drops()) {
            made.waits_for.emplace_back(one->owed().settled_to(), one->owed().last_id());
        }
        auto state = std::exchange(states_[one.get()], {});
        // What a source writes goes with its next emit; a transform is between two batches now, and a sink that makes
        // nothing has no emit.
        if (one->is_transform() || !one->makes()) add_changes(state, one->memory().take_changes());
        const auto open = open_.find(one.get());
        if (open == open_.end() && state.empty()) continue;
        made.what.nodes.push_back(
            {one->name(), open == open_.end() ? std::nullopt : open->second.cursor, std::move(state)});
        if (open != open_.end()) made.acknowledgements.push_back(open->second);
    }
    open_.clear();
    states_.clear();
    if (now - last_counters_ >= counters_every || stopping_ || counters_due_) {
        counters_due_ = !take_counters(made.what);
        last_counters_ = now;
    }
    last_cut_ = now;
    made.what.dead = shared_.inbox.take_letters();
    const std::lock_guard lock{mutex_};
    next_ = std::move(made);
    busy_ = true;
    shared_.committer.wake();
}

bool epochs::take_counters(epoch& into) {
    bool all = true;
    for (const auto& one : graph_.committing()) all = one->changed_counters(into.counters) && all;
    return all;
}

bool epochs::written(const closed& one) const {
    return std::all_of(one.waits_for.begin(), one.waits_for.end(), [](const auto& wanted) {
        return wanted.first->load(std::memory_order_acquire) >= wanted.second;
    });
}

/// Sinks without a spool have answered since it was cut: what they refused is acknowledged with it.
void epochs::settle(closed& one) {
    if (std::exchange(one.is_settled, true)) return;
    auto late = shared_.inbox.take_letters();
    one.what.dead.insert(one.what.dead.end(), std::make_move_iterator(late.begin()),
                         std::make_move_iterator(late.end()));
}

/// At the end, when a sink without a spool has not written: what the spools hold is kept, but the sources read again
/// from where they were.
void epochs::take_back(closed& one) {
    for (auto& part : one.what.nodes) {
        part.cursor.reset();
        part.state.clear();
    }
    one.acknowledgements.clear();
}

void epochs::report_damage(const std::string& why) {
    shared_.inbox.report_damage(why);
    shared_.router.wake();
}

void epochs::replace_state_file() {
    const auto lost = store_.replace_damaged_file(shared_.inbox.damage());
    shared_.inbox.is_repaired();
    shared_.log.write(log_level::error, {}, "state_file", store_.notices().back());
    for (const auto& [sink, records] : lost) {
        if (const auto to = find_node(graph_.nodes(), sink)) figures::add(to->figures().dropped, records);
        shared_.log.write(log_level::error, sink, "spool_lost",
                          std::to_string(records) +
                              " records of its spool could not be got back from the damaged state "
                              "file, and are lost");
    }
    use_other_file();
}

void epochs::use_other_file() {
    for (const auto& to : graph_.nodes())
        if (auto* spooled = to->owed().spooled()) {
            spooled->file_replaced();
            spooled->recount(store_.of(to->name()));
        }
}

void epochs::report_dropped(const std::map<std::string, store::dropped>& by_sink) {
    for (const auto& [sink, what] : by_sink) {
        if (const auto to = find_node(graph_.nodes(), sink)) {
            figures::add(to->figures().dropped, what.records);
            to->owed().forget(what.in_hand, what.last);
        }
        shared_.log.write(log_level::warning, sink, "spool_full",
                          "its spool is at its limit: the oldest " + std::to_string(what.records) +
                              " records were dropped");
    }
}

void epochs::note_trouble(const std::string& why) {
    const std::lock_guard lock{trouble_mutex_};
    trouble_ = why;
}

epochs::result epochs::commit(const closed& one) {
    try {
        if (shared_.inbox.damaged()) replace_state_file();
        const auto dropped = store_.commit(one.what, shared_.series);
        report_dropped(dropped);
        if (store_.take_replaced()) {
            shared_.log.write(log_level::error, {}, "state_file", store_.notices().back());
            use_other_file();
        }
        if (const auto letters = store_.take_dropped_letters(); letters != 0)
            shared_.log.write(log_level::warning, {}, "dead_letters_full",
                              "there are more than " + std::to_string(store::max_dead_letters) +
                                  " dead letters: the oldest " + std::to_string(letters) +
                                  " were dropped; list them with releve dead-letters");
        note_trouble({});
        shared_.log.health({}, "state file", true, {});
        return result::committed;
    } catch (const std::exception& e) {
        const auto* error = dynamic_cast<const sqlite_error*>(&e);
        if (error != nullptr && error->damaged()) report_damage(e.what()); // the next try is on another one
        const auto why = store_.file().string() + ": " + e.what() + ": nothing is acknowledged until it can be written";
        note_trouble(why);
        shared_.log.health({}, "state file", false, why);
        return error != nullptr && error->full() ? result::disk_is_full : result::failed;
    }
}

/// What sinks have written since the epoch was cut is deleted before it, with their dead letters: that needs little
/// room, and gives some. True: there was something.
bool epochs::free_room(closed& one) {
    epoch freeing;
    freeing.time = shared_.clock.now();
    std::vector<std::pair<spool*, std::vector<std::uint64_t>>> taken;
    for (const auto& to : one.spooled) {
        auto* spooled = to->owed().spooled();
        const auto part = std::find_if(one.what.sinks.begin(), one.what.sinks.end(),
                                       [&](const auto& its) { return its.sink == to->name(); });
        if (part == one.what.sinks.end()) continue;
        auto gone = spooled->take_gone(part->gone.size() < max_freed ? max_freed - part->gone.size() : 0);
        std::sort(gone.begin(), gone.end());
        for (auto& its : part->added) // need not be written any more
            if (std::binary_search(gone.begin(), gone.end(), its.id)) its.batch = {};
        epoch::sink_part deleting;
        deleting.sink = part->sink;
        deleting.gone = gone;
        deleting.gone.insert(deleting.gone.end(), part->gone.begin(), part->gone.end());
        if (!deleting.gone.empty()) freeing.sinks.push_back(std::move(deleting));
        taken.emplace_back(spooled, std::move(gone));
    }
    if (freeing.sinks.empty()) return false;
    auto letters = shared_.inbox.take_letters(); // after what is gone: none of it is missing
    one.what.dead.insert(one.what.dead.end(), std::make_move_iterator(letters.begin()),
                         std::make_move_iterator(letters.end()));
    freeing.dead = one.what.dead;
    try {
        store_.commit(freeing, shared_.series);
    } catch (const std::exception&) { // as said of the epoch itself
        for (auto& [spooled, gone] : taken) spooled->take_back_gone(gone);
        return false;
    }
    one.what.dead.clear();
    for (auto& part : one.what.sinks) part.gone.clear();
    for (const auto& to : one.spooled) to->owed().spooled()->recount(store_.of(to->name()));
    return true;
}

/// What follows for a sink that is behind will not be on disk for a while: it gets it from memory.
void epochs::serve_from_memory(const closed& one) {
    for (const auto& to : graph_.nodes()) {
        auto* spooled = to->owed().spooled();
        const auto part = std::find_if(one.what.sinks.begin(), one.what.sinks.end(),
                                       [&](const auto& its) { return its.sink == to->name(); });
        if (spooled == nullptr || part == one.what.sinks.end()) continue;
        spooled->not_committed(*part);
        to->owed().more();
        if (!to->owed().empty()) to->waiter().wake();
    }
}

void epochs::finish(closed& one) {
    for (const auto& to : one.spooled) to->owed().spooled()->committed(store_.of(to->name()));
    for (const auto& to : graph_.nodes()) // also one that has taken a spool over meanwhile
        if (to->owed().spooled() != nullptr) {
            to->owed().more();
            if (!to->owed().empty()) to->waiter().wake();
        }
    for (auto& [who, sequence, cursor] : one.acknowledgements)
        if (who->memory().acknowledge(sequence, std::move(cursor))) who->waiter().wake();
}

void epochs::run() {
    backoff pace{first_retry, longest_retry, 7};
    std::int64_t again = 0;
    while (!given_up_) {
        const bool last_try = stopping_;
        if (!busy_) {
            if (last_try || !store_.shrink()) shared_.committer.sleep({}, never);
            continue;
        }
        if (!written(*next_)) {
            if (!last_try) {
                shared_.committer.sleep({}, never);
                continue;
            }
            take_back(*next_);
            next_->waits_for.clear();
        }
        settle(*next_);
        if (!last_try && shared_.clock.steady() < again) {
            shared_.committer.sleep({}, again);
            continue;
        }
        if (const auto how = commit(*next_); how != result::committed) {
            const bool freed = how == result::disk_is_full && free_room(*next_);
            serve_from_memory(*next_);
            if (freed) pace.reset(); // it may be enough, and else there may be more
            again = freed ? 0 : shared_.clock.steady() + pace.next();
            given_up_ = last_try && !freed;
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
        shared_.router.wake();
    }
    {
        const std::lock_guard lock{mutex_};
        committed_.notify_all();
    }
    shared_.committer.retire();
}

bool epochs::flush(std::chrono::steady_clock::time_point limit) {
    const auto wanted = ++asked_;
    shared_.router.wake();
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
    shared_.committer.wake();
    bool all = wait_idle();
    if (all) { // also when nothing came: what is remembered of counters
        cut(shared_.clock.steady());
        all = wait_idle();
    }
    given_up_ = true;
    shared_.committer.wake();
    thread_.join();
    return all;
}

} // namespace releve::core
