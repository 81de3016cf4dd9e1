// SPDX-License-Identifier: Apache-2.0
// Rollover, reset, swap, glitch and dead bus of a counter, told apart in one place: before anyone sees the batch.
#pragma once
#include <releve/abi.h>

#include <cstdint>
#include <limits>

namespace releve::core {

/// What is remembered of one counter. Small and plain: it becomes durable state.
struct counter_state {
    double value = 0; // the last believed one
    std::int64_t time = 0;
    double candidate = 0; // the last of a run of doubted ones that agree with each other
    std::int64_t candidate_time = 0;
    std::uint32_t agreeing = 0; // length of that run
    bool known = false;         // there is a believed one
    bool held = false;          // a reading after the believed one was doubted, and none was believed since
};

enum class counter_verdict : std::uint8_t {
    plausible,
    rolled_over, // fell, and the modulus explains it
    suspect,     // fell, or rose by more than can be, or is what a dead bus says: a glitch until others agree
    replaced,    // as many readings as `confirming` agree with each other: a reset or another meter
    clock_back,  // the same, and the time of the last believed one lies in the future: a clock was ahead
};

/// Readings that must agree before a fall or a leap is believed.
constexpr std::uint32_t confirming = 3;

struct judging {
    bool believes_first = true; // false: a first reading is suspect until a second one agrees with it
    std::int64_t now = std::numeric_limits<std::int64_t>::max(); // UTC ns: a later time is of a clock that was ahead
};

/// Judges one reading (finite, quality good or estimated) and remembers it. A reading older than the last believed one
/// (backfill) is never remembered, and suspect when it is greater than that or a zero; but when the last believed one
/// lies in the future, the counter begins anew with what agrees now.
counter_verdict judge(counter_state& state, const releve_series& series, double value, std::int64_t time,
                      const judging& how = {});

} // namespace releve::core
