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
    /// Refused records that wait for the next commit; more are only logged.
    static constexpr std::size_t max_letters = 10'000;

    /// `is_open`: there is a state file. Else everything is discarded.
    explicit commit_inbox(bool is_open)
        : is_open_{is_open} {}

    /// [any]
    void bury(dead_letter letter) {
        if (!is_open_) return;
        const std::lock_guard lock{mutex_};
        if (letters_.size() < max_letters) letters_.push_back(std::move(letter));
    }
    bool is_open() const { return is_open_; }
    /// [router]
    std::vector<dead_letter> take_letters() {
        const std::lock_guard lock{mutex_};
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
};

} // namespace releve::core
