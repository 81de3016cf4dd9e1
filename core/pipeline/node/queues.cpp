// SPDX-License-Identifier: Apache-2.0
#include "queues.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace releve::core {

bool made_queue::push(made_batch batch, clock& clock, waiter* mine) {
    const auto size = batch.batch->bytes();
    std::optional<waiter> made; // only when there is something to wait for
    bool waited = false;
    std::unique_lock lock{mutex_};
    while (!closed_ && !batches_.empty() && bytes_ + size > limit_) {
        if (ready_ == 0) { // the router can make no room: this is more than the queue can hold
            let_go_early();
            break;
        }
        if (emitter_ == nullptr) {
            waits_.fetch_add(1, std::memory_order_relaxed);
            if (mine == nullptr) {
                lock.unlock();
                mine = &made.emplace(clock);
                lock.lock();
            }
            emitter_ = mine;
            waited = true;
            continue; // it may have got room meanwhile
        }
        lock.unlock();
        mine->sleep({}, never);
        lock.lock();
    }
    emitter_ = nullptr;
    if (closed_) return false;
    bytes_ += size;
    const bool covered = std::exchange(batch.whole, batch.whole || loose_);
    if (covered) loose_ = false;
    const bool held = !batch.whole;
    batches_.push_back(std::move(batch));
    if (!held) {
        release_all();
    } else if (waited || held_since_.load(std::memory_order_relaxed) == never) {
        held_since_.store(clock.steady(), std::memory_order_release); // not the time that it waited for room
    }
    return true;
}

void made_queue::release_all() {
    ready_ = batches_.size();
    held_since_.store(never, std::memory_order_release);
    count_.store(ready_, std::memory_order_release);
}

void made_queue::let_go_early() {
    for (auto i = ready_; i < batches_.size(); ++i) batches_[i].whole = true; // a commit may come between them
    loose_ = true;
    untold_ = true;
    release_all();
}

void made_queue::let_go() {
    const std::lock_guard lock{mutex_};
    loose_ = false;
    if (ready_ == batches_.size()) return;
    batches_.back().whole = true;
    release_all();
}

std::int64_t made_queue::let_go_of_old(const clock& clock) {
    if (held_since_.load(std::memory_order_acquire) == never) return never;
    const auto now = clock.steady();
    const std::lock_guard lock{mutex_};
    const auto since = held_since_.load(std::memory_order_relaxed);
    if (since == never) return never;
    if (emitter_ != nullptr) return now + longest_hold; // it would give its cursor if there were room
    if (now < since + longest_hold) return since + longest_hold;
    let_go_early();
    return now;
}

std::uint64_t made_queue::drop_held() {
    const std::lock_guard lock{mutex_};
    std::uint64_t records = 0;
    for (; batches_.size() > ready_; batches_.pop_back()) {
        bytes_ -= batches_.back().batch->bytes();
        records += batches_.back().batch->batch.count;
    }
    held_since_.store(never, std::memory_order_release);
    return records;
}

made_batch made_queue::pop() {
    const std::lock_guard lock{mutex_};
    if (ready_ == 0) return {};
    auto first = std::move(batches_.front());
    batches_.pop_front();
    count_.store(--ready_, std::memory_order_release);
    bytes_ -= first.batch->bytes();
    // Half empty before the emitter is woken: not once for each batch.
    if (emitter_ != nullptr && (bytes_ * 2 <= limit_ || ready_ == 0)) emitter_->wake();
    return first;
}

void made_queue::close() {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    if (emitter_ != nullptr) emitter_->wake();
}

void made_queue::widen() {
    const std::lock_guard lock{mutex_};
    limit_ *= 2;
    if (emitter_ != nullptr) emitter_->wake();
}

std::size_t made_queue::bytes() const {
    const std::lock_guard lock{mutex_};
    return bytes_;
}

void owed_queue::use(spool& behind, std::int64_t most_on_disk) {
    spool_ = &behind;
    if (most_on_disk > 0) limit_ = std::min(limit_, static_cast<std::size_t>(most_on_disk / 2));
    next_id_ = behind.last_id() + 1;
    *settled_to_ = next_id_ - 1;
    more_ = behind.has_backlog();
    behind_ = more_ || behind.comes_first();
    in_memory_to_ = more_ ? 0 : next_id_ - 1;
}

std::uint64_t owed_queue::push(batch_ref batch) {
    std::vector<owed_batch> dropped; // destroyed outside the lock
    std::uint64_t records = 0;
    const auto size = batch->bytes();
    {
        const std::lock_guard lock{mutex_};
        const auto id = next_id_++;
        if (spool_ != nullptr) {
            spool_->add(id, batch);
            if (behind_ || (bytes_.load(std::memory_order_relaxed) + size > limit_ && !batches_.empty())) {
                behind_ = true;
                more_.store(true, std::memory_order_release);
                return 0;
            }
            in_memory_to_ = id;
        }
        while (drops() && !batches_.empty() && bytes_.load(std::memory_order_relaxed) + size > limit_) {
            bytes_.fetch_sub(batches_.front().batch->bytes(), std::memory_order_acq_rel);
            records += batches_.front().batch->batch.count;
            dropped.push_back(std::move(batches_.front()));
            batches_.pop_front();
        }
        bytes_.fetch_add(size, std::memory_order_acq_rel);
        batches_.push_back({std::move(batch), id, 0, nullptr});
        count_.store(batches_.size(), std::memory_order_release);
    }
    return records;
}

spool::loss owed_queue::take(std::vector<owed_batch>& into, std::size_t max) {
    spool::loss unreadable;
    std::unique_lock lock{mutex_};
    if (batches_.empty() && behind_) {
        more_.store(false, std::memory_order_release); // more() after this is not lost
        const auto after = in_memory_to_, last = next_id_ - 1;
        const bool settled = !cleared_;
        lock.unlock();
        spool::piece piece;
        try {
            piece = spool_->next(after, limit_, settled); // from disk: the router is not held up
        } catch (...) {
            lock.lock();
            in_memory_to_ = 0; // nothing is in memory; what is settled does not come again
            more_.store(true, std::memory_order_release);
            throw;
        }
        lock.lock();
        unreadable = piece.unreadable;
        for (auto& [id, batch] : piece.batches) {
            bytes_.fetch_add(batch->bytes(), std::memory_order_acq_rel);
            in_memory_to_ = id;
            batches_.push_back({std::move(batch), id, 0, nullptr});
        }
        const bool pushed = next_id_ - 1 != last; // meanwhile, to the spool alone
        behind_ = !piece.all || pushed || spool_->comes_first();
        if (!behind_) in_memory_to_ = last;
        if (behind_ && ((piece.all && pushed) || !piece.batches.empty() || piece.unreadable.batches != 0))
            more_.store(true, std::memory_order_release);
    }
    while (!batches_.empty() && into.size() < max) {
        taken_to_ = batches_.front().id;
        into.push_back(std::move(batches_.front()));
        batches_.pop_front();
    }
    count_.store(batches_.size(), std::memory_order_release);
    return unreadable;
}

void owed_queue::more() {
    const std::lock_guard lock{mutex_};
    if (behind_) more_.store(true, std::memory_order_release);
}

void owed_queue::settle(const owed_batch& done) {
    bytes_.fetch_sub(done.batch->bytes(), std::memory_order_acq_rel);
    if (spool_ != nullptr) spool_->gone(done.id);
}

void owed_queue::put_back(std::vector<owed_batch>& owed) {
    const std::lock_guard lock{mutex_};
    batches_.insert(batches_.begin(), std::make_move_iterator(owed.begin()), std::make_move_iterator(owed.end()));
    count_.store(batches_.size(), std::memory_order_release);
    owed.clear();
}

void owed_queue::publish() {
    const std::lock_guard lock{mutex_};
    taken_to_ = 0;
    settled_to_->store(batches_.empty() ? next_id_ - 1 : batches_.front().id - 1, std::memory_order_release);
}

void owed_queue::finish() {
    const std::lock_guard lock{mutex_};
    if (spool_ == nullptr) held_ = true;
    behind_ = spool_ != nullptr;
}

void owed_queue::take_over(owed_queue& older) {
    if (older.spool_ != nullptr) return; // it is all in the spool
    std::deque<owed_batch> left;
    std::uint64_t next = 0;
    {
        const std::lock_guard lock{older.mutex_};
        left.swap(older.batches_);
        older.count_ = 0;
        next = older.next_id_;
    }
    if (spool_ != nullptr) {
        for (auto& one : left) push(std::move(one.batch));
        older.settled_to_->store(next - 1, std::memory_order_release);
        return;
    }
    {
        const std::lock_guard lock{mutex_};
        next_id_ = next;
        settled_to_ = older.settled_to_;
        for (const auto& one : left) bytes_.fetch_add(one.batch->bytes(), std::memory_order_acq_rel);
        batches_ = std::move(left);
        count_.store(batches_.size(), std::memory_order_release);
    }
    publish();
}

std::uint64_t owed_queue::give_up() {
    const auto lost = clear();
    const std::lock_guard lock{mutex_};
    if (spool_ == nullptr) settled_to_->store(next_id_ - 1, std::memory_order_release);
    return lost;
}

std::uint64_t owed_queue::last_id() const {
    const std::lock_guard lock{mutex_};
    return next_id_ - 1;
}

std::uint64_t owed_queue::in_hand() const {
    const std::lock_guard lock{mutex_};
    return taken_to_;
}

void owed_queue::forget(std::uint64_t in_hand, std::uint64_t dropped_to) {
    std::vector<owed_batch> gone; // destroyed outside the lock
    const std::lock_guard lock{mutex_};
    const auto is_dropped = [&](const owed_batch& one) { return one.id > in_hand && one.id <= dropped_to; };
    const auto first = std::find_if(batches_.begin(), batches_.end(), is_dropped);
    const auto last = std::find_if_not(first, batches_.end(), is_dropped);
    for (auto at = first; at != last; ++at) {
        bytes_.fetch_sub(at->batch->bytes(), std::memory_order_acq_rel);
        gone.push_back(std::move(*at));
    }
    batches_.erase(first, last);
    count_.store(batches_.size(), std::memory_order_release);
}

std::uint64_t owed_queue::clear() {
    std::deque<owed_batch> all;
    {
        const std::lock_guard lock{mutex_};
        all.swap(batches_);
        count_.store(0, std::memory_order_release);
        more_.store(false, std::memory_order_release);
        cleared_ = true;
        behind_ = spool_ != nullptr; // what was in memory is in the spool
    }
    std::uint64_t records = 0;
    for (const auto& one : all) {
        bytes_.fetch_sub(one.batch->bytes(), std::memory_order_acq_rel);
        if (spool_ == nullptr) records += one.batch->batch.count;
    }
    return records;
}

} // namespace releve::core
