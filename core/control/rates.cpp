// SPDX-License-Identifier: Apache-2.0
#include "rates.hpp"

namespace releve::core {

void rates::sample(std::int64_t now, std::vector<std::uint64_t> counts) {
    samples_.push_back({now, std::move(counts)});
    while (samples_.size() > 1 && samples_[1].time <= now - window) samples_.pop_front();
}

double rates::of(std::size_t index, std::uint64_t value, std::int64_t now) const {
    if (samples_.empty() || index >= samples_.front().counts.size() || now <= samples_.front().time) return 0;
    const auto& [since, counts] = samples_.front();
    return static_cast<double>(value - counts[index]) * 1e9 / static_cast<double>(now - since);
}

} // namespace releve::core
