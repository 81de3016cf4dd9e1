// SPDX-License-Identifier: Apache-2.0
// What a node has done so far. [any]
#pragma once
#include "pipeline/clock.hpp"

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
    std::atomic<std::int64_t> last_time{never};          // of the last record that it made or was given; never: none

    static void add(std::atomic<std::uint64_t>& to, std::uint64_t by) { to.fetch_add(by, std::memory_order_relaxed); }
    void note_time(const releve_batch& batch) {
        if (batch.count != 0) last_time.store(batch.records[batch.count - 1].time, std::memory_order_relaxed);
    }
    /// What it has made: of `count` records, those of `batch`.
    void note_made(const releve_batch& batch, std::uint64_t count) {
        add(records, count);
        add(batches, 1);
        note_time(batch);
    }
    void note_taken(const releve_batch& batch) {
        add(taken, batch.count);
        note_time(batch);
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
