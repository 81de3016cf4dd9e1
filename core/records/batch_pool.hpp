// SPDX-License-Identifier: Apache-2.0
// Where batches live: one block of memory each, reference counted, recycled. A batch is not copied once it is emitted.
#pragma once
#include <releve/abi.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace releve::core {

class batch_pool;

/// The host's header of a batch; records and text follow it in the same block.
struct batch_block {
    std::atomic<std::uint32_t> references{1};
    std::uint32_t record_capacity = 0, text_capacity = 0;
    batch_pool* pool = nullptr;
    std::uint64_t sequence = 0; // of the emit, in its node
    std::int64_t newest = 0;    // the greatest time of its records, as of the emit; 0: none known
    bool counters_due = false;  // what the host knows of counters is to be committed with it
    releve_batch batch{};

    releve_record* records() noexcept { return reinterpret_cast<releve_record*>(this + 1); }
    char* text() noexcept { return reinterpret_cast<char*>(records() + record_capacity); }
    /// What it takes in memory, used or not.
    std::size_t bytes() const noexcept {
        return sizeof(batch_block) + record_capacity * sizeof(releve_record) + text_capacity;
    }
    static batch_block* of(const releve_batch* batch) noexcept {
        return reinterpret_cast<batch_block*>(reinterpret_cast<char*>(const_cast<releve_batch*>(batch)) -
                                              offsetof(batch_block, batch));
    }
};

/// A counted reference to a batch.
class batch_ref {
public:
    batch_ref() = default;
    /// Takes over one reference.
    explicit batch_ref(batch_block* block) noexcept
        : block_{block} {}
    batch_ref(const batch_ref& other) noexcept
        : block_{other.block_} {
        if (block_ != nullptr) block_->references.fetch_add(1, std::memory_order_relaxed);
    }
    batch_ref(batch_ref&& other) noexcept
        : block_{std::exchange(other.block_, nullptr)} {}
    batch_ref& operator=(batch_ref other) noexcept { return std::swap(block_, other.block_), *this; }
    ~batch_ref();
    batch_block* operator->() const noexcept { return block_; }
    const releve_batch& operator*() const noexcept { return block_->batch; }
    explicit operator bool() const noexcept { return block_ != nullptr; }
    batch_block* release() noexcept { return std::exchange(block_, nullptr); }
    static batch_ref share(const releve_batch* batch) noexcept {
        auto* block = batch_block::of(batch);
        block->references.fetch_add(1, std::memory_order_relaxed);
        return batch_ref{block};
    }

private:
    batch_block* block_ = nullptr;
};

/// [any] All functions.
class batch_pool {
public:
    /// What the SDK asks for: blocks of this shape are kept for the next use, up to `kept_blocks`.
    static constexpr std::uint32_t usual_records = 1000, usual_text = 4096;
    static constexpr std::size_t kept_blocks = 32;

    batch_pool() { kept_.reserve(kept_blocks); }
    ~batch_pool();
    batch_pool(const batch_pool&) = delete;
    batch_pool& operator=(const batch_pool&) = delete;

    batch_block* take(std::uint32_t records, std::uint32_t text);
    void give_back(batch_block* block) noexcept;
    /// The same batch in a block of its size when less than half of this one is used: queues count what a batch
    /// occupies.
    batch_block* shrink(batch_block* block);
    /// The same batch in a block that has room for so much more.
    batch_block* grow(batch_block* block, std::uint32_t records, std::uint32_t text);

private:
    /// Gives `from` back.
    batch_block* move_to(batch_block* to, batch_block* from) noexcept;
    std::mutex mutex_;
    std::vector<batch_block*> kept_;
};

} // namespace releve::core
