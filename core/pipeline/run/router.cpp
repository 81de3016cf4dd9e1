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

router::router(services& shared, graph& nodes, tap_list& taps, epochs* commits, observer observe)
    : shared_{shared}
    , graph_{nodes}
    , taps_{taps}
    , epochs_{commits}
    , observe_{std::move(observe)} {}

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
    if (observe_) observe_(from, *batch, shared_.series);
    taps_.show(from, batch);
    if (epochs_ != nullptr && batch->counters_due) epochs_->counters_changed();
    for (auto* to : from.wires().downstream) {
        to->figures().note_taken(*batch.operator->(), shared_.clock);
        if (!to->is_transform()) {
            give(*to, batch);
            continue;
        }
        if (to->enter("process", [&](void* self) { return to->abi().process(self, &*batch); }) != RELEVE_OK)
            fails(*to, "process", batch->batch.count);
        else
            works(*to);
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

void router::fails(node& transform, std::string_view call, std::uint32_t lost) {
    figures::add(transform.figures().failures, 1);
    figures::add(transform.figures().dropped, lost);
    transform.life().fails();
    transform.figures().note_error(std::string{call} + ": " + transform.failure(), shared_.clock.now());
    shared_.log.write(log_level::error, transform.name(), call, transform.failure());
}

void router::works(node& transform) {
    if (!transform.life().is(node_state::failing)) return;
    transform.life().goes_well();
    shared_.log.write(log_level::info, transform.name(), "works_again",
                      "it works again; " + std::to_string(transform.figures().dropped) +
                          " of the records that it was given so far are lost");
}

void router::between_batches(const std::function<void()>& what) {
    std::unique_lock lock{mutex_};
    asked_ = &what;
    is_asked_ = true;
    wake();
    passed_.wait(lock, [&] { return asked_ == nullptr; });
}

bool router::between_batches(const std::function<void()>& what, std::chrono::steady_clock::time_point limit) {
    std::unique_lock lock{mutex_};
    asked_ = &what;
    is_asked_ = true;
    wake();
    passed_.wait_until(lock, limit, [&] { return asked_ == nullptr; });
    if (doing_) passed_.wait(lock, [&] { return asked_ == nullptr; });
    if (asked_ == nullptr) return true;
    asked_ = nullptr;
    is_asked_ = false;
    return false;
}

bool router::passes_by(std::chrono::steady_clock::time_point limit) {
    std::unique_lock lock{mutex_};
    ++awaited_;
    const auto seen = passes_.load();
    wake();
    const bool passed = passed_.wait_until(lock, limit, [&] { return passes_ != seen; });
    --awaited_;
    return passed;
}

std::shared_ptr<node> router::holder() const {
    for (const auto& one : graph_.nodes())
        if (one->is_transform() && one->calls().since() != never) return one;
    return nullptr;
}

std::string router::held_by() const {
    const auto one = holder();
    const auto since = one == nullptr ? never : one->calls().since();
    if (since == never) return "the router is busy for too long";
    return "transform '" + one->name() + "' has not come back from " + one->calls().function() + " for " +
           spell_duration(std::max<std::int64_t>(0, shared_.clock.steady() - since));
}

void router::do_what_is_asked() {
    if (!is_asked_.exchange(false)) return;
    const std::function<void()>* what = nullptr;
    {
        const std::lock_guard lock{mutex_};
        what = asked_;
        if (what == nullptr) return; // it was not waited for
        doing_ = true;
    }
    (*what)(); // not under the lock: a transform may not come back from its stop
    const std::lock_guard lock{mutex_};
    doing_ = false;
    asked_ = nullptr;
    passed_.notify_all();
}

void router::tick() {
    const auto now = shared_.clock.now();
    for (auto* one : graph_.transforms()) {
        if (one->tick_time() > now || one->abi().tick == nullptr) continue;
        one->clear_tick_time();
        if (one->enter("tick", [&](void* self) { return one->abi().tick(self, now); }) != RELEVE_OK)
            fails(*one, "tick", 0);
        else if (one->life().is(node_state::failing) && one->figures().last_error().text.starts_with("tick: "))
            works(*one);
    }
}

std::int64_t router::next_tick() const {
    std::int64_t next = never;
    for (const auto* one : graph_.transforms()) next = std::min(next, one->tick_time());
    return next;
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
    const plugin_thread enters_plugins;
    while (!stopping_) {
        passes_.fetch_add(1);
        if (awaited_ != 0) {
            const std::lock_guard lock{mutex_};
            passed_.notify_all();
        }
        watch_clock();
        shared_.log.settle();
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
        const auto next = std::min(next_cut, watch_cursors());
        const auto tick_at = next_tick();
        const auto until_tick =
            tick_at == never ? never : std::clamp<std::int64_t>(tick_at - shared_.clock.now(), 0, look_again);
        shared_.router.sleep({}, std::min(next, until_tick == never ? never : shared_.clock.steady() + until_tick));
    }
    shared_.router.retire();
    const std::lock_guard lock{mutex_};
    ended_ = true;
    passed_.notify_all();
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
    constexpr std::chrono::milliseconds look_again{2}, at_least{500};
    for (bool routed = false; !routed;) {
        const auto look = [&] {
            routed = std::all_of(some.begin(), some.end(), [](const node* one) { return one->made().empty(); });
        };
        if (!between_batches(look, std::max(limit, std::chrono::steady_clock::now() + at_least))) return false;
        if (routed) break;
        if (std::chrono::steady_clock::now() >= limit) return false;
        std::this_thread::sleep_for(look_again); // a sink must give room first
    }
    return true;
}

bool router::stop(std::chrono::steady_clock::time_point limit) {
    stopping_ = true;
    wake();
    if (!thread_.joinable()) return true;
    {
        std::unique_lock lock{mutex_};
        if (!passed_.wait_until(lock, limit, [&] { return ended_; })) {
            thread_.detach();
            return false;
        }
    }
    thread_.join();
    return true;
}

} // namespace releve::core
