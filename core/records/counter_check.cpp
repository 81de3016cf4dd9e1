// SPDX-License-Identifier: Apache-2.0
#include "counter_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace releve::core {

namespace {

double unit_of(const releve_series& series) { return series.resolution > 0 ? series.resolution : 1; }

/// A step that is believed even to a value that a dead bus says, and over the modulus without a known rate.
double small_step(const releve_series& series, double of) { return std::max(unit_of(series), of / 1024); }

bool is_all_ones(double value, int bits) { return std::abs(value - (std::ldexp(1, bits) - 1)) < 0.5; }

/// What is read where nothing answers: each bit is set, or each digit is a nine. A source may have scaled it.
bool dead_bus_says(const releve_series& series, double value) {
    const double top = series.modulus - (series.resolution > 0 ? 1.5 * series.resolution : 1);
    if (series.modulus > 0 && value >= top) return true;
    constexpr std::array short_words{16, 24};
    constexpr std::array long_words{31, 32, 48, 63, 64};
    const auto of_any = [&](const auto& words, double scaled) {
        return std::any_of(words.begin(), words.end(), [&](int bits) { return is_all_ones(scaled, bits); });
    };
    const double in_steps = value / unit_of(series);
    if (of_any(short_words, value) || of_any(short_words, in_steps) || of_any(long_words, in_steps)) return true;
    constexpr std::array scales{0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0};
    return std::any_of(scales.begin(), scales.end(), [&](double scale) { return of_any(long_words, value / scale); });
}

/// It is such a value, and no small step leads to it.
bool is_dead(const releve_series& series, double from, double value) {
    const double rise = value - from;
    return !(rise >= 0 && rise <= small_step(series, value)) && dead_bus_says(series, value);
}

/// How far a counter may have risen in a time, with a margin for clocks; nothing is known of a rate: true.
bool rate_explains(const releve_series& series, double rise, std::int64_t elapsed_ns) {
    if (!(series.max_rate > 0)) return true;
    constexpr double margin_s = 2; // readings are stamped up to a poll's duration late
    return rise <= series.max_rate * (static_cast<double>(elapsed_ns) / 1e9 + margin_s) + series.resolution;
}

/// Whether a rise needs no confirmation. Over half of the range it may as well be a fall.
bool rise_possible(const releve_series& series, double from, double rise, std::int64_t elapsed_ns) {
    if (!rate_explains(series, rise, elapsed_ns)) return false;
    if (series.modulus > 0) return rise <= series.modulus / 2;
    constexpr double a_lot = 1e6; // steps
    return series.max_rate > 0 || rise <= std::max(from, a_lot * unit_of(series));
}

/// Without a known rate, only a small step over the modulus is believed; to 0, which is also what a device says that
/// has lost its meter, a smaller one.
bool rollover_possible(const releve_series& series, double from, double to, std::int64_t elapsed_ns) {
    if (!(series.modulus > 0) || from >= series.modulus || to < 0) return false;
    const double rise = series.modulus - from + to;
    if (rise > series.modulus / 2) return false;
    if (series.max_rate > 0) return rate_explains(series, rise, elapsed_ns);
    constexpr double part = 64;
    return rise <=
           (to == 0 ? small_step(series, series.modulus / part) : std::max(unit_of(series), series.modulus / part));
}

counter_verdict believe(counter_state& state, double value, std::int64_t time, counter_verdict verdict) {
    state = {.value = value, .time = time, .known = true};
    return verdict;
}

/// The reading continues the run, or begins another one.
void add_to_run(counter_state& state, bool agrees, double value, std::int64_t time) {
    state.agreeing = agrees ? state.agreeing + 1 : 1;
    state.candidate = value;
    state.candidate_time = time;
}

bool follows_candidate(const counter_state& state, const releve_series& series, double value, std::int64_t time) {
    return state.agreeing != 0 && value >= state.candidate && time > state.candidate_time &&
           rise_possible(series, state.candidate, value - state.candidate, time - state.candidate_time);
}

counter_verdict judge_first(counter_state& state, const releve_series& series, double value, std::int64_t time,
                            bool believes) {
    double before = std::numeric_limits<double>::infinity();
    if (state.agreeing != 0) before = state.candidate;
    if (is_dead(series, before, value)) return counter_verdict::suspect;
    if (believes) return believe(state, value, time, counter_verdict::plausible);
    constexpr double first_steps = 65'535; // without a rate: so many, or twice the value
    const double rise = value - state.candidate;
    if (follows_candidate(state, series, value, time) &&
        (series.max_rate > 0 || rise <= std::max(state.candidate, first_steps * unit_of(series))))
        return believe(state, value, time, counter_verdict::plausible);
    add_to_run(state, false, value, time);
    return counter_verdict::suspect;
}

/// It is a reset or another meter once several readings agree. Zeros alone are what a device says that has lost its
/// meter, and all ones what a dead bus says: they never agree on anything.
counter_verdict doubt(counter_state& state, const releve_series& series, double value, std::int64_t time,
                      counter_verdict once_confirmed) {
    state.held = true;
    if (is_dead(series, state.value, value) && (state.agreeing == 0 || is_dead(series, state.candidate, value)))
        return counter_verdict::suspect;
    const bool is_zero = value == 0 && state.value != 0;
    if (is_zero && state.agreeing == 1 && state.candidate == 0) {
        state.candidate_time = std::max(state.candidate_time, time);
        return counter_verdict::suspect;
    }
    // Without a rate, they agree when they are nearer to each other than to the believed one.
    const bool near = series.max_rate > 0 || once_confirmed == counter_verdict::clock_back ||
                      value - state.candidate <= std::abs(state.value - state.candidate) / 2;
    add_to_run(state, near && follows_candidate(state, series, value, time), value, time);
    if (state.agreeing < confirming || is_zero) return counter_verdict::suspect;
    return believe(state, value, time, once_confirmed);
}

/// Of the time of the last believed one, or before it.
counter_verdict judge_older(counter_state& state, const releve_series& series, double value, std::int64_t time,
                            const judging& how) {
    if (time == state.time) return value == state.value ? counter_verdict::plausible : counter_verdict::suspect;
    if (state.time > how.now) return doubt(state, series, value, time, counter_verdict::clock_back);
    const bool is_zero = value == 0 && state.value != 0;
    return value > state.value || is_zero ? counter_verdict::suspect : counter_verdict::plausible;
}

} // namespace

counter_verdict judge(counter_state& state, const releve_series& series, double value, std::int64_t time,
                      const judging& how) {
    if (value < 0 || (series.modulus > 0 && value >= series.modulus)) {
        state.held = state.known;
        return counter_verdict::suspect;
    }
    if (!state.known) return judge_first(state, series, value, time, how.believes_first);
    if (time <= state.time) return judge_older(state, series, value, time, how);

    const auto elapsed = time - state.time;
    if (!is_dead(series, state.value, value)) {
        if (value >= state.value && rise_possible(series, state.value, value - state.value, elapsed))
            return believe(state, value, time, counter_verdict::plausible);
        if (value < state.value && rollover_possible(series, state.value, value, elapsed))
            return believe(state, value, time, counter_verdict::rolled_over);
    }
    return doubt(state, series, value, time, counter_verdict::replaced);
}

} // namespace releve::core
