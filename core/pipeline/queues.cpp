// SPDX-License-Identifier: Apache-2.0
#include "queues.hpp"

#include <iterator>
#include <optional>

namespace releve::core {

bool made_queue::push(batch_ref batch, clock& time, waiter* mine) {
    const auto size = batch->bytes();
    std::optional<waiter> made; // only when there is something to wait for
    std::unique_lock lock{mutex_};
    while (!closed_ && !batches_.empty() && bytes_ + size > limit_) {
        if (emitter_ == nullptr) {
            waits_.fetch_add(1, std::memory_order_relaxed);
            if (mine == nullptr) {
                lock.unlock();
                mine = &made.emplace(time);
                lock.lock();
            }
            emitter_ = mine;
            continue; // it may have got room meanwhile
        }
        lock.unlock();
        mine->sleep({}, never);
        lock.lock();
    }
    emitter_ = nullptr;
    if (closed_) return false;
    bytes_ += size;
    batches_.push_back(std::move(batch));
    count_.store(batches_.size(), std::memory_order_release);
    return true;
}

batch_ref made_queue::pop() {
    const std::lock_guard lock{mutex_};
    if (batches_.empty()) return {};
    auto batch = std::move(batches_.front());
    batches_.pop_front();
    count_.store(batches_.size(), std::memory_order_release);
    bytes_ -= batch->bytes();
    // Half empty before the emitter is woken: not once for each batch.
    if (emitter_ != nullptr && (bytes_ * 2 <= limit_ || batches_.empty())) emitter_->wake();
    return batch;
}

void made_queue::close() {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    if (emitter_ != nullptr) emitter_->wake();
}

std::size_t made_queue::bytes() const {
    const std::lock_guard lock{mutex_};
    return bytes_;
}

std::uint64_t owed_queue::push(batch_ref batch) {
    std::vector<owed_batch> dropped; // destroyed outside the lock
    std::uint64_t records = 0;
    const auto size = batch->bytes();
    {
        const std::lock_guard lock{mutex_};
        while (drop_oldest_ && !batches_.empty() && bytes_.load(std::memory_order_relaxed) + size > limit_) {
            bytes_.fetch_sub(batches_.front().batch->bytes(), std::memory_order_acq_rel);
            records += batches_.front().batch->batch.count;
            dropped.push_back(std::move(batches_.front()));
            batches_.pop_front();
        }
        bytes_.fetch_add(size, std::memory_order_acq_rel);
        batches_.push_back({std::move(batch), next_id_++, 0, nullptr});
        count_.store(batches_.size(), std::memory_order_release);
    }
    return records;
}

void owed_queue::take(std::vector<owed_batch>& into, std::size_t most) {
    const std::lock_guard lock{mutex_};
    while (!batches_.empty() && into.size() < most) {
        into.push_back(std::move(batches_.front()));
        batches_.pop_front();
    }
    count_.store(batches_.size(), std::memory_order_release);
}

void owed_queue::put_back(std::vector<owed_batch>& owed) {
    const std::lock_guard lock{mutex_};
    batches_.insert(batches_.begin(), std::make_move_iterator(owed.begin()), std::make_move_iterator(owed.end()));
    count_.store(batches_.size(), std::memory_order_release);
    owed.clear();
}

std::uint64_t owed_queue::clear() {
    std::deque<owed_batch> all;
    {
        const std::lock_guard lock{mutex_};
        all.swap(batches_);
        count_.store(0, std::memory_order_release);
    }
    std::uint64_t records = 0;
    for (const auto& one : all) {
        settle(one.batch->bytes());
        records += one.batch->batch.count;
    }
    return records;
}

} // namespace releve::core
