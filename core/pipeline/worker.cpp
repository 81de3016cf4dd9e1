// SPDX-License-Identifier: Apache-2.0
#include "worker.hpp"

#include "runtime.hpp"

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
/// Whoever goes by the clock looks at it this often, so that a clock that was set is noticed.
constexpr std::int64_t look_again = 60 * second;

std::uint64_t seed_of(const node& who) { return std::hash<std::string>{}(who.name()); }

} // namespace

worker::worker(node& of)
    : who_{of}
    , owner_{of.owner}
    , when_{of.section, of.owner.site().name, of.owner.site().timezone}
    , starting_{first_pause, longest_pause, seed_of(of)}
    , collecting_{std::max(of.section.interval, second), std::max(of.section.interval, longest_collect_pause),
                  seed_of(of) + 1}
    , writing_{first_pause, longest_pause, seed_of(of) + 2} {}

std::int64_t worker::failed(releve_status status, std::string_view doing, backoff& pace) {
    who_.figures.failures.fetch_add(1, std::memory_order_relaxed);
    who_.how = node_state::failing;
    const auto why = std::string{doing} + ": " + who_.failure();
    who_.note_error(why, owner_.time().now());
    if (status == RELEVE_PERMANENT)
        owner_.said().write(log_level::error, who_.name(), "permanent", why + " (this will not mend itself)");
    else
        owner_.said().health(who_.name(), {}, false, why);
    return owner_.time().steady() + (status == RELEVE_PERMANENT ? longest_collect_pause : pace.next());
}

void worker::goes_well(backoff& pace) {
    pace.reset();
    who_.how = node_state::running;
    owner_.said().health(who_.name(), {}, true, {});
}

bool worker::start() {
    for (bool first = true; !who_.stopping && !who_.closing; first = false) {
        who_.how = first ? node_state::starting : node_state::failing;
        auto why = owner_.start_connections(who_);
        releve_status status = why.empty() ? RELEVE_OK : RELEVE_TRANSIENT;
        if (status != RELEVE_OK)
            who_.fail(why);
        else if (who_.abi().start != nullptr)
            status = who_.enter([&](void* self) { return who_.abi().start(self); });
        if (first) owner_.node_tried_start(who_);
        if (status == RELEVE_OK) return goes_well(starting_), true;
        const auto reason = who_.failure();
        if (who_.abi().stop != nullptr) who_.enter([&](void* self) { return who_.abi().stop(self); });
        if (who_.stopping) return false;
        if (who_.section.startup == startup_policy::fail) {
            owner_.node_is_fatal(who_, reason);
            return false;
        }
        who_.fail(reason);
        const auto again = failed(status, "can't start", starting_);
        while (!who_.stopping && !who_.closing && owner_.time().steady() < again) sleep_until(again);
    }
    return false;
}

bool worker::hurries() const { return owner_.ending() || who_.leaving; }

void worker::run() {
    who_.thread = std::this_thread::get_id();
    while (!ending()) {
        if (!start()) break;
        const auto how = who_.abi().run != nullptr ? stream() : serve();
        if (who_.abi().stop != nullptr && who_.enter([&](void* self) { return who_.abi().stop(self); }) != RELEVE_OK)
            owner_.said().write(log_level::warning, who_.name(), "stop", who_.failure());
        if (how == outcome::ended) break;
    }
    if (!who_.leaving || who_.owed.spooled() != nullptr) discard_owed(); // else another node takes it over
    who_.how = who_.stopping || who_.closing ? node_state::stopped : node_state::finished;
    who_.rest.retire();
    owner_.node_ended(who_);
}

worker::outcome worker::stream() {
    const auto status = who_.enter([&](void* self) { return who_.abi().run(self); });
    if (who_.stopping || status == RELEVE_OK) return outcome::ended;
    const auto again = failed(status, "broke off", starting_);
    while (!who_.stopping && owner_.time().steady() < again) sleep_until(again);
    return outcome::try_again;
}

worker::outcome worker::serve() {
    const bool polled = who_.abi().collect != nullptr;
    due_ = owner_.time().steady();
    if (polled && when_.by_the_clock() && !owner_.how().once) plan_next_collect();
    for (;;) {
        if (ending()) return outcome::ended;
        const auto now = owner_.time().steady();
        if (!who_.owed.empty() && (now >= write_again_ || hurries())) {
            write();
            continue;
        }
        const bool collects = polled && !who_.closing;
        if (collects && now >= due_ && owner_.time().now() >= due_at_) {
            collect();
            if (owner_.how().once) return outcome::ended;
            continue;
        }
        auto deadline = never;
        if (collects) deadline = due_;
        if (!who_.owed.empty()) deadline = std::min(deadline, write_again_);
        sleep_until(deadline);
        if (collects && when_.by_the_clock() && due_at_ != 0) plan_next_collect();
    }
}

/// Whoever sets the clock back by less than the time between two readings has none of them twice; further back, the
/// readings go by the clock again.
void worker::plan_next_collect() {
    const auto now = owner_.time().now();
    const auto between = due_at_ - planned_at_;
    if (due_at_ == 0 || now < planned_at_ - between) {
        planned_at_ = now;
        due_at_ = when_.next(now);
    }
    due_ = owner_.time().steady() + std::clamp<std::int64_t>(due_at_ - now, 0, look_again);
}

std::uint64_t worker::skipped(std::int64_t took) {
    constexpr std::uint64_t most = 100'000;
    std::uint64_t count = 0;
    if (!when_.by_the_clock()) {
        const auto interval = std::max<std::int64_t>(who_.section.interval, 1);
        due_ += interval;
        const auto late = owner_.time().steady() - due_;
        if (late < 0 || took <= interval) return 0;
        count = static_cast<std::uint64_t>(late / interval + 1);
        due_ += static_cast<std::int64_t>(count) * interval;
        return count;
    }
    const auto until = due_at_ + took; // of the clock as it was: one that is set meanwhile skips nothing
    auto due = when_.next(due_at_);
    for (; due <= until && count < most; due = when_.next(due)) ++count;
    const auto now = owner_.time().now();
    planned_at_ = due_at_;
    due_at_ = due > now ? due : when_.next(now);
    plan_next_collect();
    return count;
}

void worker::collect() {
    const auto began = owner_.time().steady();
    const auto status = who_.enter([&](void* self) { return who_.abi().collect(self); });
    if (who_.stopping) return;
    if (status != RELEVE_OK) {
        due_ = failed(status, "can't read", collecting_);
        due_at_ = 0;
        return;
    }
    goes_well(collecting_);
    const auto took = owner_.time().steady() - began;
    if (when_.by_the_clock() && due_at_ == 0) return plan_next_collect(); // after a failure
    if (!when_.by_the_clock()) due_ = std::max(due_, began - who_.section.interval);
    const auto count = skipped(took);
    if (count == 0) return;
    who_.figures.overruns.fetch_add(count, std::memory_order_relaxed);
    const auto than = when_.by_the_clock() ? std::string{"past the next one"}
                                           : "longer than its interval of " + spell_duration(who_.section.interval);
    owner_.said().write(log_level::warning, who_.name(), "overrun",
                        "a reading took " + spell_duration(took) + ", " + than + ": " + std::to_string(count) +
                            (count == 1 ? " reading was skipped" : " readings were skipped"));
}

std::uint64_t worker::take(std::vector<owed_batch>& group) {
    try {
        const auto lost = who_.owed.take(group, group_batches);
        if (std::exchange(spool_unreadable_, false)) owner_.said().health(who_.name(), "spool", true, {});
        return lost;
    } catch (const sqlite_error& e) {
        if (e.damaged()) owner_.commits()->state_file_is_damaged(e.what());
        spool_unreadable_ = true;
        owner_.said().health(who_.name(), "spool", false, std::string{"what waits can't be read: "} + e.what());
        write_again_ = owner_.time().steady() + first_pause;
        if (owner_.ending()) discard_owed(); // it stays in the spool
        return 0;
    }
}

void worker::write() {
    std::vector<owed_batch> group;
    if (const auto lost = take(group); lost != 0)
        owner_.said().write(log_level::error, who_.name(), "spool_damaged",
                            std::to_string(lost) +
                                " batches of its spool can't be read and are lost: the disk may be failing");
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
    who_.owed.publish();
    if (auto* commits = owner_.commits()) commits->wake();
    owner_.routes().wake(); // there is room
    if (status == RELEVE_OK && all_answered) {
        write_again_ = 0;
        return goes_well(writing_);
    }
    if (status == RELEVE_STOPPED && (who_.stopping || who_.closing)) return discard_owed(); // as it was told to
    who_.fail(status == RELEVE_OK ? "it kept records for later" : reason);
    write_again_ = failed(status, "can't write", writing_);
    if (who_.leaving)
        who_.stopping = true; // what it has not written waits for the next one
    else if (owner_.ending())
        discard_owed();
}

/// The router looks how long it takes.
releve_status worker::enter_write(const std::vector<const releve_delivery*>& deliveries) {
    who_.writing_since = owner_.time().steady();
    const auto status = who_.enter([&](void* self) {
        return who_.abi().write(self, deliveries.data(), static_cast<std::uint32_t>(deliveries.size()));
    });
    who_.writing_since = never;
    if (who_.hangs.exchange(false)) owner_.said().health(who_.name(), "write", true, {});
    return status;
}

bool worker::settle(std::vector<owed_batch>& group, releve_status status) {
    std::vector<owed_batch> still;
    for (auto& one : group) {
        const auto count = one.batch->batch.count;
        std::uint64_t written = 0, kept = 0, nonsense = 0;
        for (std::uint32_t i = 0; i < count; ++i) {
            auto& answer = one.answers[i];
            if (answer == RELEVE_ANSWER_PENDING && status == RELEVE_OK) answer = RELEVE_ANSWER_WRITTEN;
            if (answer == RELEVE_ANSWER_KEEP) answer = RELEVE_ANSWER_PENDING;
            if (answer > RELEVE_ANSWER_KEEP) {
                ++nonsense;
                answer = RELEVE_ANSWER_REJECTED; // whatever it meant: the record is kept, and the others go on
                const releve_delivery delivery{sizeof delivery, one.attempt, one.id, &*one.batch, one.answers.get()};
                who_.bury(delivery, i, "its sink answered with what is no answer");
                who_.figures.rejected.fetch_add(1, std::memory_order_relaxed);
            }
            if (answer == RELEVE_ANSWER_PENDING) ++kept;
            if (answer == RELEVE_ANSWER_WRITTEN) ++written;
        }
        if (nonsense != 0)
            who_.misbehaves("bad_answer",
                            "it answered " + std::to_string(nonsense) + " records with what is no answer");
        if (kept != 0) {
            still.push_back(std::move(one));
            continue;
        }
        who_.figures.written.fetch_add(written, std::memory_order_relaxed);
        who_.owed.settle(one);
    }
    if (still.empty()) return true;
    who_.owed.put_back(still);
    return false;
}

void worker::discard_owed() {
    const auto lost = who_.owed.clear();
    if (lost == 0) return;
    who_.figures.dropped.fetch_add(lost, std::memory_order_relaxed);
    owner_.said().write(log_level::error, who_.name(), "lost_at_end",
                        std::to_string(lost) + " records could not be written before the end and are lost");
    owner_.routes().wake();
}

} // namespace releve::core
