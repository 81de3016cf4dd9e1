// SPDX-License-Identifier: Apache-2.0
// The contents of STGE and of the day profiles.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace releve::teleinfo {

/// STGE (54E §6.2.3.14). Words are empty for values that the text does not define.
struct status_register {
    bool dry_contact_open = false;
    std::string_view breaker; // closed, or why it is open
    bool terminal_cover_open = false;
    bool overvoltage = false;
    bool overload = false; // more than the subscribed power
    bool producer = false;
    bool injecting = false;
    std::uint8_t supplier_index = 1, distributor_index = 1;
    bool clock_degraded = false;
    bool standard_output = false;
    std::string_view euridis, plc;
    bool plc_synchronised = false;
    std::string_view tempo_today, tempo_tomorrow;      // none, blue, white, red
    std::uint8_t peak_announced = 0, peak_running = 0; // 1..3; 0: none
};
status_register read_status(std::uint32_t stge) noexcept;

enum class dry_contact : std::uint8_t { unchanged, as_tempo, open, closed };

/// From `hour:minute` on.
struct profile_slot {
    std::uint8_t hour = 0, minute = 0;
    std::string_view raw;      // the block, where its time can't be told; in the data that was read
    std::uint8_t index = 0;    // supplier's index 1..10; 0: unchanged
    std::uint8_t contacts = 0; // bit n-1: virtual contact n (1..7)
    dry_contact contact = dry_contact::unchanged;
};

/// PJOURF+1 and PPOINTE (54E §6.2.3.22): eleven blocks HHMMSSSS with one space between, unused ones NONUTILE.
///
/// Some meters write HH and MM as decimals, others as octets in base 16: 0D1A is 13:26, 0256 is 02:56. A block that is
/// a time in only one of the two tells how all of its group are written. Where none does, a block such as 1600 (16:00,
/// or 22:00) has no time that is known: it is `raw`.
struct day_profile {
    std::array<profile_slot, 11> slots{};
    std::size_t size = 0;
};
bool read_day_profile(std::string_view data, day_profile& out) noexcept;

/// "00:00 index 2 contact open; 02:56 index 1 contact closed; 16004001"
std::string profile_text(const day_profile& of);

} // namespace releve::teleinfo
