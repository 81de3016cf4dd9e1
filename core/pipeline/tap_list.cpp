// SPDX-License-Identifier: Apache-2.0
#include "tap_list.hpp"

namespace releve::core {

std::uint64_t tap_list::attach(listener who) {
    const std::lock_guard lock{mutex_};
    all_.emplace(next_, std::move(who));
    count_.store(all_.size(), std::memory_order_relaxed);
    return next_++;
}

void tap_list::detach(std::uint64_t number) {
    const std::lock_guard lock{mutex_};
    all_.erase(number);
    count_.store(all_.size(), std::memory_order_relaxed);
}

void tap_list::show_all(const node& from, const batch_ref& batch) {
    const std::lock_guard lock{mutex_};
    for (const auto& [number, who] : all_) who(from, batch);
}

} // namespace releve::core
