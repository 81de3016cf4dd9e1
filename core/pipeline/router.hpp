// SPDX-License-Identifier: Apache-2.0
// The one thread that runs the graph: takes batches from makers, runs transforms, hands to sinks. It never blocks: a
// batch is taken from a maker only while every `block` sink that it may reach has room, so a full sink slows only what
// feeds it.
#pragma once
#include "node.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace releve::core {

class router {
public:
    explicit router(runtime& of);
    ~router();
    void start();
    /// [router, or before start]
    void use(std::vector<node*> makers, std::vector<node*> transforms);
    /// [one other thread at a time] Has the router do it between two batches; returns when it is done.
    void between_batches(const std::function<void()>& what);
    /// [any] There may be something to do.
    void wake() { rest_.wake(); }
    /// [any] Rises while the router is alive: woken, it makes a pass at once.
    std::uint64_t passes() const { return passes_; }
    /// [router] What `from` made goes to all that take it.
    void deliver(node& from, const batch_ref& batch);
    /// [any] True once everything that `makers` made before the call is delivered; false at `limit`.
    bool drain(std::chrono::steady_clock::time_point limit);
    /// The same for these alone, while others go on.
    bool drain(const std::vector<node*>& some, std::chrono::steady_clock::time_point limit);
    /// Ends the thread; what is not yet routed stays. Called once, after start.
    void stop();

private:
    void run();
    bool route_some();
    void tick();
    void do_what_is_asked();
    static bool has_room(const node& maker);
    std::int64_t look_for_hanging();
    void watch_clock();

    runtime& owner_;
    waiter rest_;
    std::vector<node*> makers_, transforms_;
    std::thread thread_;
    std::int64_t ahead_ = never; // how far the system's clock was ahead of the steady one; never: not yet looked at
    std::atomic<bool> stopping_{false};
    std::atomic<std::uint64_t> passes_{0};
    std::atomic<std::uint64_t> idle_passes_{0}; // passes that found nothing to route
    std::mutex mutex_;
    std::condition_variable passed_;
    const std::function<void()>* asked_ = nullptr; // under mutex_
    std::atomic<bool> is_asked_{false};
};

} // namespace releve::core
