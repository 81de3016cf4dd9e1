// SPDX-License-Identifier: Apache-2.0
// When a polled source is due.
#pragma once
#include <cstdint>
#include <string_view>

namespace releve::core {

/// The first multiple of `interval` since local midnight in `timezone` that is later than `now` (UTC ns); the next
/// midnight where that comes first, so that each local day begins afresh. A day of 23 or 25 hours has so many
/// multiples.
std::int64_t next_aligned(std::int64_t now, std::int64_t interval, std::string_view timezone);

/// How long to wait before trying again: doubles from `first` to `most`, with up to a fifth more or less, so that many
/// nodes do not come at once.
class backoff {
public:
    backoff(std::int64_t first, std::int64_t most, std::uint64_t seed)
        : first_{first}
        , most_{most}
        , state_{seed | 1} {}
    std::int64_t next();
    void reset() { tries_ = 0; }

private:
    std::int64_t first_, most_;
    std::uint64_t state_;
    unsigned tries_ = 0;
};

} // namespace releve::core
