// SPDX-License-Identifier: Apache-2.0
// Records per second over the last minute.
#pragma once
#include <cstdint>
#include <deque>
#include <vector>

namespace releve::core {

class rates {
public:
    static constexpr std::int64_t window = 60'000'000'000; // ns

    /// Takes counts that only rise, as they are at `now` (steady ns); always the same number of them.
    void sample(std::int64_t now, std::vector<std::uint64_t> counts);
    /// The rate of one count that is `value` at `now`, since the oldest sample of the window.
    double of(std::size_t index, std::uint64_t value, std::int64_t now) const;

private:
    struct taken {
        std::int64_t time = 0;
        std::vector<std::uint64_t> counts;
    };
    std::deque<taken> samples_;
};

} // namespace releve::core
