// SPDX-License-Identifier: Apache-2.0
#include "capture_log.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace wes_simulator {
namespace {

constexpr std::int64_t hour_s = 3600;

std::string civil(const char* format, std::int64_t time_s) {
    const std::time_t at = time_s;
    std::tm parts{};
    gmtime_r(&at, &parts); // the dwelling's seconds are of its local time
    std::array<char, 256> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

} // namespace

capture_log::capture_log(std::string name, const readings& from)
    : name_{std::move(name)}
    , coldest_c_{from.living_room_c}
    , warmest_c_{from.living_room_c}
    , last_index_wh_{std::floor(index_wh(from))} {}

std::string capture_log::file_at(std::int64_t time_s) const { return civil(name_.c_str(), time_s); }

std::optional<capture_log::row> capture_log::after_step(const readings& now, bool meter_there) {
    coldest_c_ = std::min(coldest_c_, now.living_room_c);
    warmest_c_ = std::max(warmest_c_, now.living_room_c);
    if (now.time_s % hour_s != 0) return {};

    const double index = std::floor(index_wh(now));
    std::array<char, 64> meter{";;1"};
    if (meter_there) {
        std::snprintf(meter.data(), meter.size(), "%.0f;%.0f;0", index, index - last_index_wh_);
        last_index_wh_ = index;
    }
    std::array<char, 256> text{};
    std::snprintf(text.data(), text.size(), "%s;%.0f;%.0f;%.0f;0;%.2f;%.2f;%.1f;%.1f;%.1f;%s\r\n",
                  civil("%d/%m/%Y %H:%M", now.time_s).c_str(), pulses(now, 1), pulses(now, 2), pulses(now, 3),
                  now.heating.current_a, now.water_heater.current_a, coldest_c_, now.living_room_c, warmest_c_,
                  meter.data());
    coldest_c_ = warmest_c_ = now.living_room_c;
    return row{file_at(now.time_s), text.data()};
}

} // namespace wes_simulator
