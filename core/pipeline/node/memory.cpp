// SPDX-License-Identifier: Apache-2.0
#include "memory.hpp"

#include <utility>

namespace releve::core {

void memory::recall(values_by_key values, std::string cursor) {
    values_ = std::move(values);
    committed_cursor_ = std::move(cursor);
    if (!committed_cursor_.empty()) reads_again_ = true;
}

bool memory::set(std::string_view key, std::string_view value) {
    std::size_t size = key.size() + value.size();
    for (const auto& [k, v] : values_)
        if (k != key) size += k.size() + v.size();
    if (size > max_bytes) return false;
    values_.insert_or_assign(std::string{key}, std::string{value});
    change(key, std::string{value});
    return true;
}

void memory::erase(std::string_view key) {
    values_.erase(std::string{key});
    change(key, std::nullopt);
}

void memory::change(std::string_view key, std::optional<std::string> value) {
    const std::lock_guard lock{mutex_};
    changes_.insert_or_assign(std::string{key}, std::move(value));
    has_changes_ = true;
}

state_changes memory::take_changes() {
    const std::lock_guard lock{mutex_};
    has_changes_ = false;
    return std::exchange(changes_, {});
}

bool memory::acknowledge(std::uint64_t sequence, std::optional<std::string> cursor) {
    if (cursor) {
        const std::lock_guard lock{mutex_};
        committed_cursor_ = std::move(*cursor);
    }
    acknowledged_.store(sequence, std::memory_order_release);
    return listens_;
}

std::uint64_t memory::acknowledged() {
    listens_ = true;
    return acknowledged_.load(std::memory_order_acquire);
}

bool memory::heard_acknowledgement() {
    const auto heard = acknowledged_.load(std::memory_order_acquire);
    return std::exchange(heard_, heard) != heard && listens_;
}

const std::string& memory::cursor() {
    reads_again_ = true;
    const std::lock_guard lock{mutex_};
    return given_cursor_ = committed_cursor_;
}

} // namespace releve::core
