// SPDX-License-Identifier: Apache-2.0
// The two queues of a node, each bounded in bytes that its batches occupy.
#pragma once
#include "batch_pool.hpp"
#include "clock.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace releve::core {

/// What a node made and the router has not yet taken.
class made_queue {
public:
    explicit made_queue(std::size_t limit_bytes)
        : limit_{limit_bytes} {}

    /// [one emitter at a time] Waits for room, in the calling thread's waiter (nullptr: it has none, one is made on
    /// `time`); false when close() was called before there was any. A batch that is greater than the whole queue has
    /// room when the queue is empty.
    bool push(batch_ref batch, clock& time, waiter* mine = nullptr);
    /// [router] Empty: there is none.
    batch_ref pop();
    /// [any] Whoever waits for room gives up, and so does whoever comes later.
    void close();
    bool empty() const { return count_.load(std::memory_order_acquire) == 0; }
    std::size_t bytes() const;
    /// How often an emit had to wait.
    std::uint64_t waits() const { return waits_.load(std::memory_order_relaxed); }

private:
    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::deque<batch_ref> batches_;
    std::size_t bytes_ = 0;
    bool closed_ = false;
    waiter* emitter_ = nullptr; // who waits for room
    std::atomic<std::size_t> count_{0};
    std::atomic<std::uint64_t> waits_{0};
};

/// A batch that a sink has not yet answered for, with its answers.
struct owed_batch {
    batch_ref batch;
    std::uint64_t id = 0;
    std::uint32_t attempt = 0;
    std::unique_ptr<std::uint8_t[]> answers; // of the contract; none before the first attempt
};

/// What a sink has not yet answered for.
class owed_queue {
public:
    owed_queue(std::size_t limit_bytes, bool drop_oldest)
        : limit_{limit_bytes}
        , drop_oldest_{drop_oldest} {}

    /// [router] A queue that blocks takes what comes: the router asks first. Records dropped to make room (0: none).
    std::uint64_t push(batch_ref batch);
    /// [router] Only a queue that blocks is ever without room.
    bool has_room() const { return drop_oldest_ || bytes_.load(std::memory_order_acquire) < limit_; }
    /// [sink] The oldest ones, at most `most`; they still occupy the queue until they are settled.
    void take(std::vector<owed_batch>& into, std::size_t most);
    /// [sink] What was taken is done with: gives its room back. `bytes` as of the batches.
    void settle(std::size_t bytes) { bytes_.fetch_sub(bytes, std::memory_order_acq_rel); }
    /// [sink] What was taken and is still owed comes first again.
    void put_back(std::vector<owed_batch>& owed);
    /// [any] The number of records thrown away.
    std::uint64_t clear();
    bool empty() const { return count_.load(std::memory_order_acquire) == 0; }
    std::size_t bytes() const { return bytes_.load(std::memory_order_acquire); }
    std::size_t limit() const { return limit_; }

private:
    const std::size_t limit_;
    const bool drop_oldest_;
    std::mutex mutex_;
    std::deque<owed_batch> batches_;
    std::atomic<std::size_t> bytes_{0}, count_{0};
    std::uint64_t next_id_ = 1;
};

} // namespace releve::core
