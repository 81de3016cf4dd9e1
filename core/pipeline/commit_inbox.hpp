// SPDX-License-Identifier: Apache-2.0
// What any thread hands to the next commit: refused records, and the news that the state file is damaged.
#pragma once
#include "spool/epoch.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace releve::core {

class commit_inbox {
public:
    /// Refused records that wait for the next commit, and the bytes of their texts; beyond, there is no room.
    static constexpr std::size_t max_letters = 10'000, max_text = 4u << 20;

    /// `is_open`: there is a state file. Else everything is discarded. `last_id`: store::last_letter_id().
    explicit commit_inbox(bool is_open, std::uint64_t last_id = 0)
        : is_open_{is_open}
        , last_id_{last_id} {}

    /// [any] False: there is no room. `ids_stay`: the id of its batch means the same batch in the next run; else it
    /// gets one that no other dead letter has.
    bool bury(dead_letter letter, bool ids_stay) {
        if (!is_open_) return true;
        const std::lock_guard lock{mutex_};
        const auto size = letter.text.size() + letter.reason.size();
        if (letters_.size() >= max_letters || (!letters_.empty() && text_ + size > max_text)) return false;
        if (!ids_stay) letter.batch = ++last_id_;
        text_ += size;
        letters_.push_back(std::move(letter));
        return true;
    }
    bool is_open() const { return is_open_; }
    /// [any]
    bool has_letters() const {
        const std::lock_guard lock{mutex_};
        return !letters_.empty();
    }
    /// [router, committer]
    std::vector<dead_letter> take_letters() {
        const std::lock_guard lock{mutex_};
        text_ = 0;
        return std::exchange(letters_, {});
    }

    /// [any] The state file is put aside before the next commit. The caller wakes the router, so that it comes soon.
    void report_damage(std::string why) {
        const std::lock_guard lock{mutex_};
        damage_ = std::move(why);
        damaged_ = true;
    }
    /// [any]
    bool damaged() const { return damaged_; }
    /// [committer]
    std::string damage() const {
        const std::lock_guard lock{mutex_};
        return damage_;
    }
    /// [committer]
    void is_repaired() { damaged_ = false; }

private:
    const bool is_open_;
    std::atomic<bool> damaged_{false};
    mutable std::mutex mutex_;
    std::string damage_;
    std::vector<dead_letter> letters_;
    std::size_t text_ = 0;
    std::uint64_t last_id_;
};

} // namespace releve::core
