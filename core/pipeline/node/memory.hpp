// SPDX-License-Identifier: Apache-2.0
// What a node remembers over restarts: its state, its cursor, and what of it was acknowledged. Read before it starts,
// committed with what it emits.
#pragma once
#include "spool/epoch.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace releve::core {

class memory {
public:
    using values_by_key = std::map<std::string, std::string, std::less<>>;
    static constexpr std::size_t max_bytes = 1u << 20;

    /// Before the node starts: what was committed of it.
    void recall(values_by_key values, std::string cursor);
    /// Before the node starts: the state of the one before it, which has ended.
    void take_over(const memory& older) { values_ = older.values_; }

    /// [node]
    const values_by_key& values() const { return values_; }
    /// [node] False: all of it together would be more than `max_bytes`.
    bool set(std::string_view key, std::string_view value);
    void erase(std::string_view key);

    /// [any] What was set or erased since the last commit took it.
    bool has_changes() const { return has_changes_; }
    state_changes take_changes();

    /// [committer] True: the node listens, and is to be woken.
    bool acknowledge(std::uint64_t sequence, std::optional<std::string> cursor);
    /// [any] The last sequence that is committed; from the first call on, the node listens.
    std::uint64_t acknowledged();
    /// [node] Something was acknowledged since the last call, and it listens.
    bool heard_acknowledgement();
    /// [node] The last committed one; valid until the next call.
    const std::string& cursor();
    /// [any] It has a cursor or has asked for one: after a crash it reads again what follows its last one.
    bool reads_again() const { return reads_again_.load(std::memory_order_relaxed); }

private:
    void change(std::string_view key, std::optional<std::string> value);

    values_by_key values_; // [node]
    std::atomic<bool> has_changes_{false};
    std::mutex mutex_; // of the next two
    state_changes changes_;
    std::string committed_cursor_;
    std::string given_cursor_; // [node]
    std::atomic<std::uint64_t> acknowledged_{0};
    std::uint64_t heard_ = 0; // [node]
    std::atomic<bool> listens_{false}, reads_again_{false};
};

} // namespace releve::core
