// SPDX-License-Identifier: Apache-2.0
#include "router.hpp"

#include <releve/string.hpp>

#include <algorithm>
#include <string>

namespace releve::core {

namespace {
/// Batches taken from one maker before the next has its turn.
constexpr int turn = 32;
/// A clock that is set by less is not logged: clocks are corrected by that much all the time.
constexpr std::int64_t least_leap = 5'000'000'000;
} // namespace

router::router(services& shared, graph& nodes, tap_list& taps, epochs* commits, settings its)
    : shared_{shared}
    , graph_{nodes}
    , taps_{taps}
    , epochs_{commits}
    , settings_{std::move(its)} {}

void router::start() {
    thread_ = std::thread{[this] { run(); }};
}

bool router::has_room(const node& maker) {
    const auto& sinks = maker.wires().reaches;
    return std::all_of(sinks.begin(), sinks.end(), [](const node* sink) { return sink->owed().has_room(); });
}

bool router::route_some() {
    bool any = false;
    for (auto* maker : graph_.makers()) {
        bool whole = true; // what a cursor covers is not interrupted: it is no more than a queue of its source holds
        for (int i = 0; !maker->made().empty() && (!whole || (i < turn && has_room(*maker))); ++i) {
            auto made = maker->made().pop();
            if (!made) break;
            whole = made.whole;
            if (made.batch->batch.count != 0) deliver(*maker, made.batch);
            if (epochs_ != nullptr) epochs_->routed(*maker, made);
            any = true;
        }
    }
    return any;
}

/// Sources that have given no cursor for too long. Returns when to check again (steady ns).
std::int64_t router::watch_cursors() {
    std::int64_t next = never;
    for (auto* one : graph_.makers()) {
        if (!one->life().must_stop()) next = std::min(next, one->made().let_go_of_old(shared_.clock));
        if (!one->made().tell_let_go() || one->life().must_stop()) continue;
        shared_.log.write(log_level::warning, one->name(), "no_cursor",
                          "what it made since its last cursor is more than its queue holds (queue.size), or took "
                          "longer than " +
                              spell_duration(made_queue::longest_hold) +
                              ": it goes on without its cursor, and after a crash it may count twice in a transform");
    }
    return next;
}

void router::deliver(node& from, const batch_ref& batch) {
    if (settings_.observe) settings_.observe(from, *batch, shared_.series);
    taps_.show(from, batch);
    for (auto* to : from.wires().downstream) {
        to->figures().note_taken(*batch);
        if (!to->is_transform()) {
            give(*to, batch);
            continue;
        }
        if (to->enter([&](void* self) { return to->abi().process(self, &*batch); }) != RELEVE_OK) fails(*to, "process");
        deliver_emitted(*to);
    }
}

void router::give(node& sink, const batch_ref& batch) {
    if (sink.life().ended() && sink.owed().spooled() == nullptr) // a spool also takes what comes after its sink's end
        return figures::add(sink.figures().dropped, batch->batch.count);
    const auto dropped = sink.owed().push(batch);
    sink.waiter().wake();
    if (dropped == 0) return;
    figures::add(sink.figures().dropped, dropped);
    shared_.log.write(log_level::warning, sink.name(), "dropped",
                      "its queue is full: the oldest " + std::to_string(dropped) +
                          " records were dropped (policy \"drop_oldest\")");
}

bool router::deliver_emitted(node& transform) {
    const auto emitted = transform.take_emitted();
    for (const auto& batch : emitted) deliver(transform, batch);
    return !emitted.empty();
}

void router::fails(node& transform, std::string_view call) {
    figures::add(transform.figures().failures, 1);
    transform.figures().note_error(std::string{call} + ": " + transform.failure(), shared_.clock.now());
    shared_.log.write(log_level::error, transform.name(), call, transform.failure());
}

void router::between_batches(const std::function<void()>& what) {
    std::unique_lock lock{mutex_};
    asked_ = &what;
    is_asked_ = true;
    wake();
    passed_.wait(lock, [&] { return asked_ == nullptr; });
}

void router::do_what_is_asked() {
    if (!is_asked_.exchange(false)) return;
    const std::lock_guard lock{mutex_};
    (*asked_)();
    asked_ = nullptr;
    passed_.notify_all();
}

void router::tick() {
    const auto now = shared_.clock.now();
    for (auto* one : graph_.transforms()) {
        if (one->tick_time() > now || one->abi().tick == nullptr) continue;
        one->clear_tick_time();
        if (one->enter([&](void* self) { return one->abi().tick(self, now); }) != RELEVE_OK) fails(*one, "tick");
    }
}

std::int64_t router::next_tick() const {
    std::int64_t next = never;
    for (const auto* one : graph_.transforms()) next = std::min(next, one->tick_time());
    return next;
}

/// Reports once which sinks do not come back from write. Returns when to check again (steady ns).
std::int64_t router::watch_writes() {
    std::int64_t next = never;
    for (const auto& one : graph_.committing()) {
        if (!one->is_sink() || one->life().ended()) continue;
        const auto since = one->write_watch().since();
        if (since == never && one->owed().empty()) continue;
        const auto now = shared_.clock.steady();
        const auto limit = (since == never ? now : since) + settings_.write_timeout;
        if (since == never || now < limit)
            next = std::min(next, limit);
        else
            report_hanging(*one, since, now);
    }
    return next;
}

void router::report_hanging(node& sink, std::int64_t since, std::int64_t now) {
    if (!sink.write_watch().report()) return;
    const auto why = "it has not come back from write for " + spell_duration(now - since);
    sink.life().hangs();
    sink.figures().note_error(why, shared_.clock.now());
    figures::add(sink.figures().misbehaved, 1);
    shared_.log.health(sink.name(), "write", false,
                       "component '" + std::string{view(sink.abi().name)} + "' misbehaves: " + why +
                           "; what comes for it waits");
    if (!sink.write_watch().takes_back_report(since)) return;
    sink.life().returns();
    shared_.log.health(sink.name(), "write", true, {});
}

/// The steady clock is what intervals and retries go by; only what has a time of day, and the age of spools, follows
/// the other.
void router::watch_clock() {
    const auto ahead = shared_.clock.now() - shared_.clock.steady();
    const auto leap = ahead_ == never ? 0 : ahead - ahead_;
    if (ahead_ == never || leap >= least_leap || leap <= -least_leap) ahead_ = ahead;
    if (leap > -least_leap && leap < least_leap) return;
    shared_.log.write(log_level::warning, {}, leap > 0 ? "clock_forward" : "clock_back",
                      "the system's clock was set " + std::string{leap > 0 ? "forward" : "back"} + " by " +
                          spell_duration(leap > 0 ? leap : -leap) +
                          (leap > 0 ? ", or the machine slept" : ": times of records may repeat"));
    if (epochs_ != nullptr) epochs_->clock_leapt();
}

void router::run() {
    constexpr std::int64_t look_again = 60'000'000'000; // ns: a clock that was set is noticed after so long
    while (!stopping_) {
        passes_.fetch_add(1, std::memory_order_relaxed);
        watch_clock();
        do_what_is_asked();
        tick();
        bool routed = false;
        for (auto* one : graph_.transforms()) routed = deliver_emitted(*one) || routed;
        routed = route_some() || routed;
        const auto next_cut = epochs_ == nullptr ? never : epochs_->cut_if_due();
        if (routed) continue;
        {
            const std::lock_guard lock{mutex_};
            idle_passes_.fetch_add(1);
            passed_.notify_all();
        }
        const auto next = std::min({next_cut, watch_writes(), watch_cursors()});
        const auto tick_at = next_tick();
        const auto until_tick =
            tick_at == never ? never : std::clamp<std::int64_t>(tick_at - shared_.clock.now(), 0, look_again);
        shared_.router.sleep({}, std::min(next, until_tick == never ? never : shared_.clock.steady() + until_tick));
    }
    shared_.router.retire();
}

bool router::drain(std::chrono::steady_clock::time_point limit) {
    const auto routed = [&] {
        const auto& makers = graph_.makers();
        return std::all_of(makers.begin(), makers.end(), [](const node* one) { return one->made().empty(); });
    };
    std::unique_lock lock{mutex_};
    // A pass that was under way when the queues became empty may still be delivering: two passes later it is not.
    const auto seen = idle_passes_.load();
    while (!routed() || idle_passes_.load() < seen + 2) {
        lock.unlock();
        wake();
        lock.lock();
        if (routed() && idle_passes_.load() >= seen + 2) break;
        if (std::chrono::steady_clock::now() >= limit) return false;
        passed_.wait_until(lock, std::min(limit, std::chrono::steady_clock::now() + std::chrono::milliseconds{20}));
    }
    return true;
}

bool router::drain(const std::vector<node*>& some, std::chrono::steady_clock::time_point limit) {
    constexpr std::chrono::milliseconds look_again{2};
    for (bool routed = false; !routed;) {
        between_batches([&] {
            routed = std::all_of(some.begin(), some.end(), [](const node* one) { return one->made().empty(); });
        });
        if (routed) break;
        if (std::chrono::steady_clock::now() >= limit) return false;
        std::this_thread::sleep_for(look_again); // a sink must give room first
    }
    return true;
}

void router::stop() {
    stopping_ = true;
    wake();
    if (thread_.joinable()) thread_.join();
}

} // namespace releve::core
