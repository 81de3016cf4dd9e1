// SPDX-License-Identifier: Apache-2.0
// A dwelling on an off-peak contract of 9 kVA, as its meter sees it. Pure: the same seed and time give the same
// reading, so that a restarted player continues where the last one ended.
#pragma once
#include <array>
#include <cstdint>

namespace teleinfo_player {

constexpr int subscribed_va = 9000;

/// A value and the end of what it is the value of.
struct point {
    std::int64_t utc_s = 0;
    int value = 0;
};

struct reading {
    std::int64_t utc_s = 0;
    bool off_peak = false; // 22:30 to 06:30
    int apparent_power_va = 0;
    int current_a = 0;
    int voltage_v = 0;
    std::int64_t off_peak_wh = 0, peak_wh = 0; // only rise
    std::array<point, 2> highest_va;           // of today, of yesterday
    std::array<point, 2> curve_w;              // means of the last half hour that is over, and of the one before
    point mean_voltage_v;                      // of the last ten minutes that are over
};

/// Seconds that the time of mainland France is ahead of UTC: 3600 or 7200.
int paris_offset_s(std::int64_t utc_s);

class household {
public:
    explicit household(std::uint64_t seed)
        : seed_{seed} {}

    /// Times may be asked for in any order; forward is quick.
    reading at(std::int64_t utc_s);

private:
    double power_w(std::int64_t minute) const;
    int voltage_v(std::int64_t moment) const;
    point highest_va(std::int64_t first_minute, std::int64_t last_minute) const;
    point mean_power_w(std::int64_t end_minute) const;
    double chance(std::uint64_t stream, std::int64_t moment) const; // 0 to 1, always the same for the same arguments

    std::uint64_t seed_;
    std::int64_t counted_to_ = 0; // minutes since 1970: the energies below are those at its beginning
    double off_peak_wh_ = 0, peak_wh_ = 0;
};

} // namespace teleinfo_player
