// SPDX-License-Identifier: Apache-2.0
// Values as owserver and the kernel print them.
#pragma once

#include "temperature.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace releve::onewire {

/// "         4.2", "-10.0625": finite, with nothing but blanks around it.
std::optional<double> number_in(std::string_view text);
std::optional<std::int64_t> integer_in(std::string_view text);
/// "          32,          33"; empty when one of them is not an integer of 0 to max.
std::vector<std::int64_t> integers_in(std::string_view text, std::int64_t max);

/// The kernel's w1_slave of a thermometer: both lines complete, the CRC right and marked so. Nothing: not a valid
/// reading.
std::optional<celsius> w1_temperature_in(std::string_view w1_slave, bool has_count_byte);
/// The kernel's w1_slave of a DS2423: counters A and B, the last two of four lines, above 2^31 with a sign; empty when
/// one of them is wrong.
std::vector<std::int64_t> w1_counters_in(std::string_view w1_slave);

} // namespace releve::onewire
