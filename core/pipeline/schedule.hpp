// SPDX-License-Identifier: Apache-2.0
// When a polled node is due.
#pragma once
#include "config/pipeline_file.hpp"

#include <cstdint>
#include <string_view>

namespace date {
class time_zone;
}

namespace releve::core {

/// The instants at which a node that follows the wall clock is read: `at` times of day, or with `align` at
/// multiples of its interval since midnight; on its `days`; each later by the same part of its `jitter`, which is its
/// site's and its name's, so that many sites do not come at once. What a change of the clock does:
///   - A time of day that is skipped is read at the first instant after the gap, once, whatever else is due there.
///   - One that comes twice is read the first time.
///   - A date that does not exist has no readings.
///   - Multiples are counted from the first midnight of the day, so a day of 23 or 25 hours has so many multiples of an
///     hour; a midnight that is skipped is the moment of the change.
class schedule {
public:
    /// Throws std::runtime_error for a time zone that this machine does not know.
    schedule(const node_section& of, std::string_view site, std::string_view zone);
    /// Otherwise it is read at each interval, counted from its start.
    bool by_the_clock() const { return align_ || !calendar_.at.empty(); }
    /// The first instant later than `now`; both UTC ns.
    std::int64_t next(std::int64_t now) const;

private:
    std::int64_t next_unshifted(std::int64_t now) const;

    calendar_section calendar_;
    bool align_;
    std::int64_t interval_, shift_;
    const date::time_zone* zone_;
};

/// How long to wait before trying again: doubles from `first` to `max`, with up to a fifth more or less, so that many
/// nodes do not come at once.
class backoff {
public:
    backoff(std::int64_t first, std::int64_t max, std::uint64_t seed)
        : first_{first}
        , max_{max}
        , state_{seed | 1} {}
    std::int64_t next();
    void reset() { tries_ = 0; }

private:
    std::int64_t first_, max_;
    std::uint64_t state_;
    unsigned tries_ = 0;
};

} // namespace releve::core
