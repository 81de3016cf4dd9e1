// SPDX-License-Identifier: Apache-2.0
#ifndef RELEVE_TIME_HPP
#define RELEVE_TIME_HPP
#include <chrono>
#include <cstdint>

namespace releve {

/// UTC, to the nanosecond. The present time comes from context::now(), never from the system's clock.
using time_point = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;
using duration = std::chrono::nanoseconds;

constexpr time_point to_time(std::int64_t ns) noexcept { return time_point{duration{ns}}; }
constexpr std::int64_t to_ns(time_point t) noexcept { return t.time_since_epoch().count(); }

namespace literals { // 500ms, 10s, 5min, 1h
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
} // namespace literals

} // namespace releve
#endif
