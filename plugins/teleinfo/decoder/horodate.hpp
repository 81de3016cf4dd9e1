// SPDX-License-Identifier: Apache-2.0
// The meter's own time: SAAMMJJhhmmss (54E §6.2.1.1).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace releve::teleinfo {

enum class season : std::uint8_t { none, winter, summer };

struct horodate {
    std::uint8_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0; // year: since 2000
    season in = season::none;
    bool degraded = false; // the meter's clock was not set since it lost its reserve

    friend bool operator==(const horodate&, const horodate&) = default;
};

/// False: not thirteen characters of a time that exists. At least 16 bytes must be readable at text.data().
bool read_horodate(std::string_view text, horodate& out) noexcept;

/// UTC in mainland France, where winter is UTC+1 and summer UTC+2, in seconds since 1970; nullopt without a season.
std::optional<std::int64_t> mainland_seconds(const horodate& of) noexcept;

/// "2025-01-23 06:00:00", as the meter's clock shows it.
std::string local_text(const horodate& of);

} // namespace releve::teleinfo
