// SPDX-License-Identifier: Apache-2.0
// The two queues of a node, each bounded in bytes that its batches occupy.
#pragma once
#include "pipeline/clock.hpp"
#include "records/batch_pool.hpp"
#include "spool/spool.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace releve::core {

/// A batch on its way to the router, with what is to be committed with it.
struct made_batch {
    batch_ref batch;
    std::uint64_t sequence = 0; // of the emit, in its node
    std::string cursor;         // empty: unchanged
    state_changes state;
    bool whole = true; // false: its source gives the cursor that covers it with a later one
    explicit operator bool() const { return static_cast<bool>(batch); }
};

/// What a node made and the router has not yet taken. Of a source that can read again, the router gets what one cursor
/// covers only once all of it is here: so whatever is committed agrees with a cursor. What is larger than the queue, or
/// takes longer than `longest_hold`, it gets before.
class made_queue {
public:
    static constexpr std::int64_t longest_hold = 10'000'000'000;

    explicit made_queue(std::size_t limit_bytes)
        : limit_{limit_bytes} {}

    /// [one emitter at a time] Waits for room, in the calling thread's waiter (nullptr: it has none, one is made on
    /// `clock`); false when close() was called before there was any. A batch that is greater than the whole queue has
    /// room when the queue is empty.
    bool push(made_batch batch, clock& clock, waiter* mine = nullptr);
    /// [router] Empty (false as a bool) when there is nothing for it. After one that is not `whole` comes the rest of
    /// what its cursor covers.
    made_batch pop();
    /// [any] What has been held back is for the router: no cursor will come for it.
    void let_go();
    /// [router] The same when it is held for too long. When to check again (steady ns).
    std::int64_t let_go_of_old(const clock& clock);
    /// [router] Something was let go although its cursor may still come; true once.
    bool tell_let_go() { return untold_.exchange(false); }
    /// Its source has ended: what no cursor covers is for the one that reads it again. The number of records.
    std::uint64_t drop_held();
    /// [any] A thread that waits for room gives up, and so does every later one.
    void close();
    /// There is nothing for the router.
    bool empty() const { return count_.load(std::memory_order_acquire) == 0; }
    std::size_t bytes() const;
    /// [any] Twice the room: for what a node that ends has in hand.
    void widen();
    /// How often an emit had to wait.
    std::uint64_t waits() const { return waits_.load(std::memory_order_relaxed); }

private:
    void release_all();
    void let_go_early();

    mutable std::mutex mutex_;
    std::size_t limit_;
    std::deque<made_batch> batches_;
    std::size_t ready_ = 0; // of them, from the front: those that the router may have
    bool loose_ = false;    // what comes before the next cursor is not held
    std::size_t bytes_ = 0;
    bool closed_ = false;
    waiter* emitter_ = nullptr;                   // of the thread that waits for room
    std::atomic<std::size_t> count_{0};           // ready_
    std::atomic<std::int64_t> held_since_{never}; // steady ns; never: nothing is held
    std::atomic<bool> untold_{false};
    std::atomic<std::uint64_t> waits_{0};
};

/// A batch that a sink has not yet answered for, with its answers.
struct owed_batch {
    batch_ref batch;
    std::uint64_t id = 0;
    std::uint32_t attempt = 0;
    std::unique_ptr<std::uint8_t[]> answers; // of the contract; none before the first attempt
};

/// What a sink has not yet answered for. With a spool, what has no room here waits there, and comes from there in its
/// order.
class owed_queue {
public:
    owed_queue(std::size_t limit_bytes, bool drop_oldest)
        : limit_{limit_bytes}
        , drop_oldest_{drop_oldest} {}

    /// Before anything is pushed. `behind` must outlive the queue. Half of what it may hold on disk (0: no limit) is
    /// the most that it holds in memory: what is in its sink's hands can't be dropped.
    void use(spool& behind, std::int64_t most_on_disk = 0);
    spool* spooled() const { return spool_; }
    /// [router] A newer queue commits the spool now. False at first.
    void pass_on_spool() { spool_passed_on_ = true; }
    bool spool_passed_on() const { return spool_passed_on_; }

    /// [router] A queue that blocks takes what comes: the router asks first. Records dropped to make room (0: none).
    std::uint64_t push(batch_ref batch);
    /// [router]
    bool has_room() const {
        if (held_.load(std::memory_order_acquire)) return false;
        if (spool_ != nullptr) return spool_->has_room();
        return drop_oldest_ || bytes_.load(std::memory_order_acquire) < limit_;
    }
    bool drops() const { return spool_ == nullptr && drop_oldest_; }
    /// [sink] The oldest ones, at most `max`; they still occupy the queue until they are settled. None: what follows
    /// is just being committed, more() will come. What of the spool can't be read: it is lost. Throws sqlite_error when
    /// the spool can't be read; there is more() then.
    spool::loss take(std::vector<owed_batch>& into, std::size_t max);
    /// [any] There may be more in the spool: it was committed.
    void more();
    /// [sink] What was taken is done with, for good: gives its room back.
    void settle(const owed_batch& done);
    /// [sink] What was taken and is still owed comes first again.
    void put_back(std::vector<owed_batch>& owed);
    /// [sink] Nothing is in its hands: what is not in the queue is settled.
    void publish();
    /// [any] All batches up to this id are settled (without a spool), as of the last publish. One for a queue and all
    /// that take it over.
    std::shared_ptr<const std::atomic<std::uint64_t>> settled_to() const { return settled_to_; }

    /// [any] Its sink is to end: from now on all goes to the spool alone; without one, nothing comes.
    void finish();
    /// [any] finish() was called, and there is no spool: what is left here is for the sink that takes over.
    bool waits_for_successor() const { return held_.load(std::memory_order_acquire); }
    /// [router] Before its sink starts: what an older sink of that name, which has ended, left. Its ids go on.
    void take_over(owed_queue& older);
    /// [router] No other sink takes it over. The number of records that are lost.
    std::uint64_t give_up();
    /// [any] The greatest id that was given, and the greatest that the sink is writing now (0: none).
    std::uint64_t last_id() const;
    std::uint64_t in_hand() const;
    /// [committer] Batches after `in_hand` up to `dropped_to` are no longer in the spool: they are not written either.
    void forget(std::uint64_t in_hand, std::uint64_t dropped_to);
    /// [any] The number of records thrown away: none of a spool's.
    std::uint64_t clear();
    bool empty() const { return count_.load(std::memory_order_acquire) == 0 && !more_.load(std::memory_order_acquire); }
    /// At the end: what is left is in the spool, and stays there. What comes to its sink from there alone is had first.
    bool may_end() const { return comes_first() ? empty() : count_.load(std::memory_order_acquire) == 0; }
    bool comes_first() const { return spool_ != nullptr && spool_->comes_first(); }
    std::size_t bytes() const { return bytes_.load(std::memory_order_acquire); }
    std::size_t limit() const { return limit_; }

private:
    std::size_t limit_; // set before it is shared
    const bool drop_oldest_;
    spool* spool_ = nullptr;
    bool spool_passed_on_ = false; // [router]
    mutable std::mutex mutex_;
    std::deque<owed_batch> batches_;
    std::atomic<std::size_t> bytes_{0}, count_{0};
    std::uint64_t next_id_ = 1;
    std::uint64_t in_memory_to_ = 0; // the greatest id that came into memory
    std::uint64_t taken_to_ = 0;     // the greatest id that the sink is writing; 0: none
    bool cleared_ = false;           // what was in memory is not settled
    bool behind_ = false;            // there are batches after it, in the spool, or what comes goes there first
    std::atomic<bool> more_{false};  // and it may be had
    std::shared_ptr<std::atomic<std::uint64_t>> settled_to_ = std::make_shared<std::atomic<std::uint64_t>>(0);
    std::atomic<bool> held_{false};
};

} // namespace releve::core
