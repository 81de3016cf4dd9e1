// SPDX-License-Identifier: Apache-2.0
// Time and blocking: the one place where a thread of the host sleeps, so that a test's clock can know when all do.
#pragma once
#include <releve/abi.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>
#include <span>
#include <vector>

namespace releve::core {

class clock;

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

/// Where one thread sleeps and is woken. Made busy; its clock must outlive it.
class waiter {
public:
    explicit waiter(clock& of);
    ~waiter();
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;

    /// [owner] Until woken, a descriptor is ready (revents are set), or clock::steady() reaches `deadline`. May
    /// return spuriously. A wake that came before is not lost.
    void sleep(std::span<releve_wait> fds, std::int64_t deadline);
    /// [any]
    void wake();
    /// The thread is about to end, or does not run yet: a test's clock does not wait for it. enrol() takes it back.
    void retire();
    void enrol();

private:
    friend class clock;
    friend class real_clock;
    friend class virtual_clock;
    void drain_event() const;

    clock& clock_;
    int event_fd_;
    std::atomic<bool> pending_{false}, sleeping_{false};
    // of the virtual clock, under its mutex
    bool idle_ = false;
    std::int64_t deadline_ = never;
    std::span<releve_wait> fds_;
};

class clock {
public:
    virtual ~clock() = default;
    /// UTC, ns.
    virtual std::int64_t now() const = 0;
    /// ns that only rise.
    virtual std::int64_t steady() const = 0;

protected:
    friend class waiter;
    virtual void enrol(waiter&) {}
    virtual void dismiss(waiter&) {}
    virtual void sleep(waiter&, std::span<releve_wait> fds, std::int64_t deadline) = 0;
    virtual void wake(waiter&) = 0;
};

class real_clock final : public clock {
public:
    std::int64_t now() const override;
    std::int64_t steady() const override;

private:
    void sleep(waiter& who, std::span<releve_wait> fds, std::int64_t deadline) override;
    void wake(waiter& who) override;
};

/// Moves only in advance_to, and there only while every thread sleeps and none of the descriptors that they wait for is
/// ready. So what a test feeds to a descriptor before it advances is seen at the time it had then.
class virtual_clock final : public clock {
public:
    explicit virtual_clock(std::int64_t start_ns)
        : now_{start_ns} {}
    std::int64_t now() const override { return now_.load() + set_by_.load(); }
    std::int64_t steady() const override { return now_.load(); }
    /// [test] To a time of steady(). Throws std::runtime_error when the threads do not come to rest within two minutes
    /// of real time.
    void advance_to(std::int64_t time_ns);
    void advance(std::int64_t by_ns) { advance_to(steady() + by_ns); }
    /// [test] As when the system's clock is set: now() leaps, steady() does not.
    void set(std::int64_t by_ns) { set_by_ += by_ns; }
    /// [test] Until all threads sleep, without moving.
    void settle() { advance_to(steady()); }

private:
    void enrol(waiter& who) override;
    void dismiss(waiter& who) override;
    void sleep(waiter& who, std::span<releve_wait> fds, std::int64_t deadline) override;
    void wake(waiter& who) override;
    bool any_ready() const;

    std::atomic<std::int64_t> now_, set_by_{0};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<waiter*> all_;
};

} // namespace releve::core
