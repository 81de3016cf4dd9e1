// SPDX-License-Identifier: Apache-2.0
// What a node has done so far. [any]
#pragma once
#include "pipeline/clock.hpp"
#include "records/batch_pool.hpp"

#include <releve/abi.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace releve::core {

struct figures {
    std::atomic<std::uint64_t> records{0}, batches{0};   // emitted
    std::atomic<std::uint64_t> taken{0};                 // records delivered to it
    std::atomic<std::uint64_t> written{0}, rejected{0};  // sink: answered
    std::atomic<std::uint64_t> dropped{0};               // sink: discarded for want of room or at the end
    std::atomic<std::uint64_t> failures{0}, overruns{0}; // calls that failed; collects that were skipped
    std::atomic<std::uint64_t> misbehaved{0};            // against the contract
    std::atomic<std::int64_t> last_time{never};          // of the newest record that it made or was given; never: none

    static void add(std::atomic<std::uint64_t>& to, std::uint64_t by) { to.fetch_add(by, std::memory_order_relaxed); }
    /// A source may have slow values beside fast ones: the newest counts, not the one that came last. One that lies in
    /// the future is of a clock that was ahead, or a forecast, and gives way to any.
    void note_time(const batch_block& block, const clock& clock) {
        if (block.batch.count == 0) return;
        const auto known = last_time.load(std::memory_order_relaxed);
        if (known == never || block.newest >= known || known > clock.now())
            last_time.store(block.newest, std::memory_order_relaxed);
    }
    void note_made(const batch_block& block, const clock& clock) {
        add(records, block.batch.count);
        add(batches, 1);
        note_time(block, clock);
    }
    void note_taken(const batch_block& block, const clock& clock) {
        add(taken, block.batch.count);
        note_time(block, clock);
    }

    struct error {
        std::string text;      // empty: none so far
        std::int64_t time = 0; // UTC ns
    };
    /// The last failure that was counted.
    error last_error() const {
        const std::lock_guard lock{mutex_};
        return last_error_;
    }
    void note_error(const std::string& text, std::int64_t time) {
        const std::lock_guard lock{mutex_};
        last_error_ = {text, time};
    }

private:
    mutable std::mutex mutex_;
    error last_error_;
};

} // namespace releve::core
