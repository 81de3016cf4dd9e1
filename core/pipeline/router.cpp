// SPDX-License-Identifier: Apache-2.0
#include "router.hpp"

#include "runtime.hpp"

#include <releve/string.hpp>

#include <algorithm>
#include <string>

namespace releve::core {

namespace {
/// Batches taken from one maker before the next has its turn.
constexpr int turn = 32;
/// A clock that is set by less is not worth a word: it is corrected so all the time.
constexpr std::int64_t least_leap = 5'000'000'000;
} // namespace

router::router(runtime& of)
    : owner_{of}
    , rest_{of.time()} {}

router::~router() = default;

void router::use(std::vector<node*> makers, std::vector<node*> transforms) {
    makers_ = std::move(makers);
    transforms_ = std::move(transforms);
}

void router::start() {
    thread_ = std::thread{[this] { run(); }};
}

bool router::has_room(const node& maker) {
    return std::all_of(maker.fills.begin(), maker.fills.end(), [](const node* sink) { return sink->owed.has_room(); });
}

bool router::route_some() {
    bool any = false;
    for (auto* maker : makers_)
        for (int i = 0; i < turn && !maker->made.empty() && has_room(*maker); ++i) {
            auto made = maker->made.pop();
            if (!made) break;
            if (made.batch->batch.count != 0) deliver(*maker, made.batch);
            if (auto* commits = owner_.commits()) commits->routed(*maker, made);
            any = true;
        }
    return any;
}

void router::deliver(node& from, const batch_ref& batch) {
    if (owner_.how().observe) owner_.how().observe(from, *batch);
    owner_.taps().show(from, batch);
    for (auto* to : from.downstream) {
        to->figures.taken.fetch_add(batch->batch.count, std::memory_order_relaxed);
        to->figures.note_time(batch->batch);
        if (to->is_transform()) {
            if (to->enter([&](void* self) { return to->abi().process(self, &*batch); }) != RELEVE_OK) {
                to->figures.failures.fetch_add(1, std::memory_order_relaxed);
                to->note_error("process: " + to->failure(), owner_.time().now());
                owner_.said().write(log_level::error, to->name(), "process", to->failure());
            }
        } else if (!to->done || to->owed.spooled() != nullptr) { // a spool also takes what comes after its sink's end
            const auto dropped = to->owed.push(batch);
            to->rest.wake();
            if (dropped == 0) continue;
            to->figures.dropped.fetch_add(dropped, std::memory_order_relaxed);
            owner_.said().write(log_level::warning, to->name(), "dropped",
                                "its queue is full: the oldest " + std::to_string(dropped) +
                                    " records were dropped (policy \"drop_oldest\")");
        } else {
            to->figures.dropped.fetch_add(batch->batch.count, std::memory_order_relaxed);
        }
    }
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
    const auto now = owner_.time().now();
    for (auto* one : transforms_) {
        if (one->wake_time.load() > now || one->abi().tick == nullptr) continue;
        one->wake_time.store(never);
        if (one->enter([&](void* self) { return one->abi().tick(self, now); }) != RELEVE_OK) {
            one->figures.failures.fetch_add(1, std::memory_order_relaxed);
            one->note_error("tick: " + one->failure(), now);
            owner_.said().write(log_level::error, one->name(), "tick", one->failure());
        }
    }
}

/// Says once which sinks do not come back from write. When to look again (steady ns).
std::int64_t router::look_for_hanging() {
    std::int64_t next = never;
    for (const auto& one : owner_.committing()) {
        if (!one->takes() || one->is_transform() || one->done) continue;
        const auto since = one->writing_since.load();
        if (since == never && one->owed.empty()) continue;
        const auto now = owner_.time().steady();
        const auto limit = (since == never ? now : since) + owner_.how().patience;
        if (since == never || now < limit) {
            next = std::min(next, limit);
            continue;
        }
        if (one->hangs.exchange(true)) continue;
        const auto why = "it has not come back from write for " + spell_duration(now - since);
        one->how = node_state::hanging;
        one->note_error(why, owner_.time().now());
        one->figures.misbehaved.fetch_add(1, std::memory_order_relaxed);
        owner_.said().health(one->name(), "write", false,
                             "component '" + std::string{view(one->abi().name)} + "' misbehaves: " + why +
                                 "; what comes for it waits");
        if (one->writing_since == since || !one->hangs.exchange(false)) continue;
        one->how = node_state::running; // it came back meanwhile
        owner_.said().health(one->name(), "write", true, {});
    }
    return next;
}

/// The steady clock is what intervals and retries go by; only what has a time of day, and the age of spools, follows
/// the other.
void router::watch_clock() {
    const auto ahead = owner_.time().now() - owner_.time().steady();
    const auto leap = ahead_ == never ? 0 : ahead - ahead_;
    if (ahead_ == never || leap >= least_leap || leap <= -least_leap) ahead_ = ahead;
    if (leap > -least_leap && leap < least_leap) return;
    owner_.said().write(log_level::warning, {}, leap > 0 ? "clock_forward" : "clock_back",
                        "the system's clock was set " + std::string{leap > 0 ? "forward" : "back"} + " by " +
                            spell_duration(leap > 0 ? leap : -leap) +
                            (leap > 0 ? ", or the machine slept" : ": times of records may repeat"));
    if (owner_.commits() != nullptr) owner_.commits()->clock_leapt();
}

void router::run() {
    constexpr std::int64_t look_again = 60'000'000'000; // ns: a clock that was set is noticed after so long
    while (!stopping_) {
        passes_.fetch_add(1, std::memory_order_relaxed);
        watch_clock();
        do_what_is_asked();
        tick();
        const bool routed = route_some();
        auto next_cut = owner_.commits() == nullptr ? never : owner_.commits()->cut_if_due();
        if (routed) continue;
        {
            const std::lock_guard lock{mutex_};
            idle_passes_.fetch_add(1);
            passed_.notify_all();
        }
        std::int64_t next = never;
        for (const auto* one : transforms_) next = std::min(next, one->wake_time.load());
        next_cut = std::min(next_cut, look_for_hanging());
        const auto until_tick =
            next == never ? never : std::clamp<std::int64_t>(next - owner_.time().now(), 0, look_again);
        rest_.sleep({}, std::min(next_cut, until_tick == never ? never : owner_.time().steady() + until_tick));
    }
    rest_.retire();
}

bool router::drain(std::chrono::steady_clock::time_point limit) {
    const auto routed = [&] {
        return std::all_of(makers_.begin(), makers_.end(), [](const node* one) { return one->made.empty(); });
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
        between_batches(
            [&] { routed = std::all_of(some.begin(), some.end(), [](const node* one) { return one->made.empty(); }); });
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
