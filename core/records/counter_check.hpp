// SPDX-License-Identifier: Apache-2.0
// Rollover, reset, swap and glitch of a counter, told apart in one place: before anyone sees the batch.
#pragma once
#include <releve/abi.h>

#include <cstdint>

namespace releve::core {

/// What is remembered of one counter. Small and plain: it becomes durable state.
struct counter_state {
    double value = 0; // the last believed one
    std::int64_t time = 0;
    double candidate = 0; // the last of a run of doubted ones that agree with each other
    std::int64_t candidate_time = 0;
    std::uint32_t agreeing = 0; // length of that run
    bool known = false;
};

enum class counter_verdict : std::uint8_t {
    plausible,
    rolled_over, // fell, and the modulus explains it
    suspect,     // fell, or rose faster than can be: a glitch until others agree
    replaced,    // as many readings as `confirming` agree with each other: a reset or another meter
};

/// Readings that must agree before a fall or a leap is believed.
constexpr std::uint32_t confirming = 3;

/// Judges one reading (finite, quality good or estimated) and remembers it. A reading older than the last believed one
/// (backfill) is suspect when it is greater than that, and never remembered.
counter_verdict judge(counter_state& state, const releve_series& series, double value, std::int64_t time);

} // namespace releve::core
