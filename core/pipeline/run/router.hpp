// SPDX-License-Identifier: Apache-2.0
// The one thread that runs the graph: takes batches from makers, runs transforms, hands to sinks. It never blocks: a
// batch is taken from a maker only while every `block` sink that it may reach has room, so a full sink slows only what
// feeds it.
#pragma once
#include "epochs.hpp"
#include "graph.hpp"
#include "pipeline/tap_list.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace releve::core {

class router {
public:
    /// Sees each batch of each node before it is delivered.
    using observer = std::function<void(const node& from, const releve_batch& batch, const series_table& series)>;

    /// `commits`: nullptr where nothing is kept.
    router(services& shared, graph& nodes, tap_list& taps, epochs* commits, observer observe);
    void start();
    /// [one other thread at a time] Has the router do it between two batches; returns when it is done.
    void between_batches(const std::function<void()>& what);
    /// The same; false: it did not come to it by `limit`, and will not do it.
    bool between_batches(const std::function<void()>& what, std::chrono::steady_clock::time_point limit);
    /// [any] There may be something to do.
    void wake() { shared_.router.wake(); }
    /// [any] Rises while the router is alive: woken, it makes a pass at once.
    std::uint64_t passes() const { return passes_; }
    /// [any] Wakes it and waits for its next pass. False: none by `limit`; held_by() tells why.
    bool passes_by(std::chrono::steady_clock::time_point limit);
    /// [any] The transform that it is in; nullptr: none.
    std::shared_ptr<node> holder() const;
    /// [any] A sentence about it.
    std::string held_by() const;
    /// [any] True once everything that `makers` made before the call is delivered; false at `limit`.
    bool drain(std::chrono::steady_clock::time_point limit);
    /// The same for these alone, while others go on.
    bool drain(const std::vector<node*>& some, std::chrono::steady_clock::time_point limit);
    /// Ends the thread; what is not yet routed stays. Called once, after start. False: it has not ended by `limit`,
    /// since a transform does not come back: it is left behind, and the router must never be destroyed.
    bool stop(std::chrono::steady_clock::time_point limit);

private:
    void run();
    bool route_some();
    /// What `from` made goes to all that take it.
    void deliver(node& from, const batch_ref& batch);
    void give(node& sink, const batch_ref& batch);
    bool deliver_emitted(node& transform);
    void tick();
    void do_what_is_asked();
    static bool has_room(const node& maker);
    /// Its call failed, and so many records that it was given are lost.
    void fails(node& transform, std::string_view call, std::uint32_t lost);
    void works(node& transform);
    std::int64_t watch_cursors();
    void watch_clock();
    std::int64_t next_tick() const;

    services& shared_;
    graph& graph_;
    tap_list& taps_;
    epochs* const epochs_;
    const observer observe_;
    std::thread thread_;
    std::int64_t ahead_ = never; // how far the system's clock was ahead of the steady one; never: not yet read
    std::atomic<bool> stopping_{false};
    std::atomic<std::uint64_t> passes_{0};
    std::atomic<std::uint64_t> idle_passes_{0}; // passes that found nothing to route
    std::atomic<int> awaited_{0};               // threads in passes_by
    std::mutex mutex_;
    std::condition_variable passed_;
    const std::function<void()>* asked_ = nullptr; // under mutex_
    std::atomic<bool> is_asked_{false};
    bool doing_ = false; // under mutex_: what was asked
    bool ended_ = false; // under mutex_: the thread uses nothing of this any more
};

} // namespace releve::core
