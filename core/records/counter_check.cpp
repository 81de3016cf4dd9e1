// SPDX-License-Identifier: Apache-2.0
#include "counter_check.hpp"

namespace releve::core {

namespace {

/// How far a counter may have risen in a time, with a margin for clocks; without a known rate: anything.
bool rise_possible(const releve_series& series, double rise, std::int64_t elapsed_ns) {
    if (!(series.max_rate > 0)) return true;
    constexpr double margin_s = 2; // readings are stamped up to a poll's duration late
    return rise <= series.max_rate * (static_cast<double>(elapsed_ns) / 1e9 + margin_s) + series.resolution;
}

/// Without a known rate, a rollover is believed only from the last to the first quarter of the range.
bool rollover_possible(const releve_series& series, double from, double to, std::int64_t elapsed_ns) {
    if (!(series.modulus > 0) || from >= series.modulus || to < 0) return false;
    const double rise = series.modulus - from + to;
    if (series.max_rate > 0) return rise_possible(series, rise, elapsed_ns);
    return from >= series.modulus * 0.75 && to < series.modulus * 0.25;
}

void believe(counter_state& state, double value, std::int64_t time) {
    state.value = value;
    state.time = time;
    state.agreeing = 0;
    state.known = true;
}

} // namespace

counter_verdict judge(counter_state& state, const releve_series& series, double value, std::int64_t time) {
    if (value < 0 || (series.modulus > 0 && value >= series.modulus)) return counter_verdict::suspect;
    if (!state.known) return believe(state, value, time), counter_verdict::plausible;
    if (time <= state.time) return value > state.value ? counter_verdict::suspect : counter_verdict::plausible;

    const auto elapsed = time - state.time;
    if (value >= state.value && rise_possible(series, value - state.value, elapsed))
        return believe(state, value, time), counter_verdict::plausible;
    if (value < state.value && rollover_possible(series, state.value, value, elapsed))
        return believe(state, value, time), counter_verdict::rolled_over;

    // Neither: it is a reset or another meter once several readings agree. Zeros alone are what a device says that has
    // lost its meter: they never agree on anything.
    const bool agrees = state.agreeing != 0 && value >= state.candidate && time > state.candidate_time &&
                        rise_possible(series, value - state.candidate, time - state.candidate_time);
    state.agreeing = agrees ? state.agreeing + 1 : 1;
    state.candidate = value;
    state.candidate_time = time;
    if (state.agreeing < confirming || value == 0) return counter_verdict::suspect;
    return believe(state, value, time), counter_verdict::replaced;
}

} // namespace releve::core
