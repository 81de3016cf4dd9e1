// SPDX-License-Identifier: Apache-2.0
#include "worker.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace releve::core {

namespace {

constexpr std::int64_t second = 1'000'000'000;
/// Batches that a sink is given at once.
constexpr std::size_t group_batches = 128;
/// A start or a write that fails is tried again after one second, later after at most a minute.
constexpr std::int64_t first_pause = second, longest_pause = 60 * second;
/// A collect that fails comes again at its interval, later after at most five minutes (or its interval, if that is
/// longer).
constexpr std::int64_t longest_collect_pause = 300 * second;
/// A schedule of times of day reads the clock this often, so that a clock that was set is noticed.
constexpr std::int64_t look_again = 60 * second;

std::uint64_t seed_of(const node& who) { return std::hash<std::string>{}(who.name()); }

} // namespace

worker::worker(node& of, services& shared, connections& all, life_watch& watch)
    : who_{of}
    , life_{of.life()}
    , shared_{shared}
    , connections_{all}
    , watch_{watch}
    , when_{of.section(), shared.site.name, shared.site.timezone}
    , starting_{first_pause, longest_pause, seed_of(of)}
    , collecting_{std::max(of.section().interval, second), std::max(of.section().interval, longest_collect_pause),
                  seed_of(of) + 1}
    , writing_{first_pause, longest_pause, seed_of(of) + 2} {}

std::int64_t worker::failed(releve_status status, std::string_view doing, backoff& pace) {
    figures::add(who_.figures().failures, 1);
    life_.fails();
    const auto why = std::string{doing} + ": " + who_.failure();
    who_.figures().note_error(why, shared_.clock.now());
    if (status == RELEVE_PERMANENT)
        shared_.log.write(log_level::error, who_.name(), "permanent", why + " (it will not recover by itself)");
    else
        shared_.log.health(who_.name(), {}, false, why);
    return shared_.clock.steady() + (status == RELEVE_PERMANENT ? longest_collect_pause : pace.next());
}

void worker::goes_well(backoff& pace) {
    pace.reset();
    life_.goes_well();
    shared_.log.health(who_.name(), {}, true, {});
}

/// Until it has started. False: it is to end, or can't start and ends all.
bool worker::start() {
    life_.starts();
    while (!life_.must_stop() && !life_.closes()) {
        const auto why = connections_.start_for(who_);
        releve_status status = RELEVE_TRANSIENT;
        if (why.empty())
            status = who_.enter_start();
        else
            who_.fail(why);
        if (status == RELEVE_OK) {
            goes_well(starting_);
            watch_.changed();
            return true;
        }
        const auto reason = who_.failure();
        who_.enter_stop();
        if (life_.must_stop()) return false;
        if (who_.section().startup == startup_policy::fail) {
            watch_.is_fatal(who_, reason);
            return false;
        }
        who_.fail(reason);
        const auto again = failed(status, "can't start", starting_);
        watch_.changed();
        while (!life_.must_stop() && !life_.closes() && shared_.clock.steady() < again) sleep_until(again);
    }
    return false;
}

void worker::run() {
    const plugin_thread enters_plugins;
    who_.runs_on_this_thread();
    while (!at_end()) {
        if (!start()) break;
        const auto result = who_.abi().run != nullptr ? stream() : serve();
        if (who_.enter_stop() != RELEVE_OK) shared_.log.write(log_level::warning, who_.name(), "stop", who_.failure());
        if (result == outcome::ended) break;
    }
    report_unreadable({});
    if (!who_.owed().waits_for_successor()) discard_owed();
    life_.ends(); // before a test's clock no longer waits for this thread
    who_.waiter().retire();
    watch_.changed();
}

worker::outcome worker::stream() {
    const auto status = who_.enter("run", [&](void* self) { return who_.abi().run(self); });
    if (life_.must_stop()) return outcome::ended;
    let_go_of_made();
    if (status == RELEVE_OK) {
        shared_.log.write(log_level::info, who_.name(), "finished", "has finished: nothing more comes from it");
        return outcome::ended;
    }
    const auto again = failed(status, "broke off", starting_);
    while (!life_.must_stop() && shared_.clock.steady() < again) sleep_until(again);
    return outcome::try_again;
}

worker::outcome worker::serve() {
    const bool polled = who_.abi().collect != nullptr;
    due_ = shared_.clock.steady();
    if (polled && when_.by_the_clock() && !shared_.once) plan_next_collect();
    for (;;) {
        if (at_end()) return outcome::ended;
        const auto now = shared_.clock.steady();
        if (!who_.owed().empty() && (now >= write_again_ || life_.hurries())) {
            write();
            continue;
        }
        const bool collects = polled && !life_.closes();
        if (collects && now >= due_ && shared_.clock.now() >= due_at_) {
            collect();
            if (shared_.once) return outcome::ended;
            continue;
        }
        auto deadline = never;
        if (collects) deadline = due_;
        if (!who_.owed().empty()) deadline = std::min(deadline, write_again_);
        sleep_until(deadline);
        if (collects && when_.by_the_clock() && due_at_ != 0) plan_next_collect();
    }
}

/// A clock that is set back by less than the time between two readings causes none of them twice; further back, the
/// readings go by the clock again.
void worker::plan_next_collect() {
    const auto now = shared_.clock.now();
    const auto between = due_at_ - planned_at_;
    if (due_at_ == 0 || now < planned_at_ - between) {
        planned_at_ = now;
        due_at_ = when_.next(now);
    }
    due_ = shared_.clock.steady() + std::clamp<std::int64_t>(due_at_ - now, 0, look_again);
}

std::uint64_t worker::skipped(std::int64_t took) {
    constexpr std::uint64_t max_count = 100'000;
    std::uint64_t count = 0;
    if (!when_.by_the_clock()) {
        const auto interval = std::max<std::int64_t>(who_.section().interval, 1);
        due_ += interval;
        const auto late = shared_.clock.steady() - due_;
        if (late < 0 || took <= interval) return 0;
        count = static_cast<std::uint64_t>(late / interval + 1);
        due_ += static_cast<std::int64_t>(count) * interval;
        return count;
    }
    const auto until = due_at_ + took; // of the clock as it was: one that is set meanwhile skips nothing
    auto due = when_.next(due_at_);
    for (; due <= until && count < max_count; due = when_.next(due)) ++count;
    const auto now = shared_.clock.now();
    planned_at_ = due_at_;
    due_at_ = due > now ? due : when_.next(now);
    plan_next_collect();
    return count;
}

/// No cursor comes for what the call made.
void worker::let_go_of_made() {
    who_.made().let_go();
    shared_.router.wake();
}

void worker::collect() {
    const auto began = shared_.clock.steady();
    const auto status = who_.enter("collect", [&](void* self) { return who_.abi().collect(self); });
    if (life_.must_stop()) return;
    let_go_of_made();
    if (status != RELEVE_OK) {
        due_ = failed(status, "can't read", collecting_);
        due_at_ = 0;
        return;
    }
    goes_well(collecting_);
    const auto took = shared_.clock.steady() - began;
    if (when_.by_the_clock() && due_at_ == 0) return plan_next_collect(); // after a failure
    if (!when_.by_the_clock()) due_ = std::max(due_, began - who_.section().interval);
    const auto count = skipped(took);
    if (count == 0) return;
    figures::add(who_.figures().overruns, count);
    const auto than = when_.by_the_clock() ? std::string{"past the next one"}
                                           : "longer than its interval of " + spell_duration(who_.section().interval);
    shared_.log.write(log_level::warning, who_.name(), "overrun",
                      "a reading took " + spell_duration(took) + ", " + than + ": " + std::to_string(count) +
                          (count == 1 ? " reading was skipped" : " readings were skipped"));
}

/// The first loss at once, and what it was in all when it is over: lines of one event are not all written.
void worker::report_unreadable(const spool::loss& more) {
    unreadable_.batches += more.batches;
    unreadable_.records += more.records;
    figures::add(who_.figures().dropped, more.records);
    const bool first = reported_batches_ == 0;
    if (unreadable_.batches == reported_batches_ || (!first && more.batches != 0)) return;
    reported_batches_ = unreadable_.batches;
    const auto counted = std::to_string(unreadable_.batches) + (unreadable_.batches == 1 ? " batch" : " batches") +
                         " of its spool, with " + std::to_string(unreadable_.records) + " records,";
    shared_.log.write(log_level::error, who_.name(), first ? "spool_damaged" : "spool_damaged_in_all",
                      first ? counted + " can't be read, and are lost: the disk may be failing"
                            : "in all " + counted + " could not be read since it started, and are lost");
}

spool::loss worker::take(std::vector<owed_batch>& group) {
    try {
        const auto lost = who_.owed().take(group, group_batches);
        if (std::exchange(spool_unreadable_, false)) shared_.log.health(who_.name(), "spool", true, {});
        return lost;
    } catch (const sqlite_error& e) {
        if (e.damaged()) {
            shared_.inbox.report_damage(e.what());
            shared_.router.wake(); // it has the next commit made
        }
        spool_unreadable_ = true;
        shared_.log.health(who_.name(), "spool", false, std::string{"what waits can't be read: "} + e.what());
        write_again_ = shared_.clock.steady() + first_pause;
        if (life_.hurries()) give_up(); // it stays in the spool
        return {};
    }
}

void worker::write() {
    std::vector<owed_batch> group;
    report_unreadable(take(group));
    if (group.empty()) return; // what follows is just being committed
    std::vector<releve_delivery> deliveries(group.size());
    std::vector<const releve_delivery*> pointers(group.size());
    for (std::size_t i = 0; i < group.size(); ++i) {
        auto& [batch, id, attempt, answers] = group[i];
        if (!answers) answers = std::make_unique<std::uint8_t[]>(batch->batch.count);
        deliveries[i] = {sizeof(releve_delivery), ++attempt, id, &*batch, answers.get()};
        pointers[i] = &deliveries[i];
    }
    const auto status = enter_write(pointers);
    const auto reason = who_.failure();
    const bool all_answered = settle(group, status);
    who_.owed().publish();
    if (shared_.inbox.is_open()) shared_.committer.wake();
    shared_.router.wake(); // there is room
    if (status == RELEVE_OK && all_answered) {
        write_again_ = 0;
        return goes_well(writing_);
    }
    if (who_.found_no_room_for_letters() && status == RELEVE_OK && !life_.hurries()) {
        write_again_ = shared_.clock.steady() + first_pause; // it does nothing wrong: a commit makes room
        return;
    }
    if (status == RELEVE_STOPPED && (life_.must_stop() || life_.closes())) return give_up(); // as it was told to
    who_.fail(status == RELEVE_OK ? "it kept records for later" : reason);
    write_again_ = failed(status, "can't write", writing_);
    if (life_.hurries()) give_up();
}

/// What it has not written at the end waits for its successor, or is lost.
void worker::give_up() {
    if (life_.is(node_state::leaving))
        life_.stop();
    else
        discard_owed();
}

releve_status worker::enter_write(const std::vector<const releve_delivery*>& deliveries) {
    return who_.enter("write", [&](void* self) {
        return who_.abi().write(self, deliveries.data(), static_cast<std::uint32_t>(deliveries.size()));
    });
}

/// Reads the sink's answers. True when it has answered for all records.
bool worker::settle(std::vector<owed_batch>& group, releve_status status) {
    std::vector<owed_batch> still;
    for (auto& one : group)
        if (!settle(one, status)) still.push_back(std::move(one));
    if (still.empty()) return true;
    who_.owed().put_back(still);
    return false;
}

bool worker::settle(owed_batch& one, releve_status status) {
    std::uint64_t written = 0, kept = 0, invalid = 0;
    for (std::uint32_t i = 0; i < one.batch->batch.count; ++i) {
        auto& answer = one.answers[i];
        if (answer == RELEVE_ANSWER_PENDING && status == RELEVE_OK) answer = RELEVE_ANSWER_WRITTEN;
        if (answer == RELEVE_ANSWER_KEEP) answer = RELEVE_ANSWER_PENDING;
        if (answer > RELEVE_ANSWER_KEEP) {
            ++invalid;
            const releve_delivery delivery{sizeof delivery, one.attempt, one.id, &*one.batch, one.answers.get()};
            const bool buried = who_.bury(delivery, i, "its sink gave an invalid answer");
            answer = buried ? RELEVE_ANSWER_REJECTED : RELEVE_ANSWER_PENDING; // whatever it meant: the others go on
            if (buried) figures::add(who_.figures().rejected, 1);
        }
        if (answer == RELEVE_ANSWER_PENDING) ++kept;
        if (answer == RELEVE_ANSWER_WRITTEN) ++written;
    }
    if (invalid != 0)
        who_.misbehaves("bad_answer", "it answered " + std::to_string(invalid) + " records with an invalid value");
    if (kept != 0) return false;
    figures::add(who_.figures().written, written);
    who_.owed().settle(one);
    return true;
}

void worker::discard_owed() {
    const auto lost = who_.owed().clear();
    if (lost == 0) return;
    figures::add(who_.figures().dropped, lost);
    shared_.log.write(log_level::error, who_.name(), "lost_at_end",
                      std::to_string(lost) + " records could not be written before the end and are lost");
    shared_.router.wake();
}

} // namespace releve::core
