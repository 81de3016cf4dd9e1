// SPDX-License-Identifier: Apache-2.0
#include "batch_pool.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

namespace releve::core {

batch_ref::~batch_ref() {
    if (block_ != nullptr && block_->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
        block_->pool->give_back(block_);
}

batch_pool::~batch_pool() {
    for (auto* block : kept_) std::free(block);
}

batch_block* batch_pool::take(std::uint32_t records, std::uint32_t text) {
    const bool usual = records == usual_records && text == usual_text;
    if (usual) {
        const std::lock_guard lock{mutex_};
        if (!kept_.empty()) {
            auto* block = kept_.back();
            kept_.pop_back();
            block->references.store(1, std::memory_order_relaxed);
            return block;
        }
    }
    void* memory = std::malloc(sizeof(batch_block) + records * sizeof(releve_record) + text);
    if (memory == nullptr) throw std::bad_alloc{};
    auto* block = new (memory) batch_block;
    block->record_capacity = records;
    block->text_capacity = text;
    block->pool = this;
    block->batch.size = sizeof(releve_batch);
    block->batch.records = block->records();
    block->batch.text = block->text();
    return block;
}

void batch_pool::give_back(batch_block* block) noexcept {
    if (block->record_capacity == usual_records && block->text_capacity == usual_text) {
        const std::lock_guard lock{mutex_};
        if (kept_.size() < kept_blocks) {
            kept_.push_back(block);
            return;
        }
    }
    std::free(block);
}

batch_block* batch_pool::shrink(batch_block* block) {
    const auto& full = block->batch;
    const auto used = sizeof(batch_block) + full.count * sizeof(releve_record) + full.text_size;
    if (used * 2 > block->bytes()) return block;
    return move_to(take(full.count, full.text_size), block);
}

batch_block* batch_pool::grow(batch_block* block, std::uint32_t records, std::uint32_t text) {
    return move_to(take(block->batch.count + records, block->batch.text_size + text), block);
}

batch_block* batch_pool::move_to(batch_block* to, batch_block* from) noexcept {
    const auto& full = from->batch;
    to->batch.count = full.count;
    to->batch.text_size = full.text_size;
    to->sequence = from->sequence;
    to->newest = from->newest;
    to->counters_due = from->counters_due;
    std::memcpy(to->records(), from->records(), full.count * sizeof(releve_record));
    if (full.text_size != 0) std::memcpy(to->text(), from->text(), full.text_size);
    give_back(from);
    return to;
}

} // namespace releve::core
