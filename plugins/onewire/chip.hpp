// SPDX-License-Identifier: Apache-2.0
// What the first byte of a 1-Wire address says, and the two ways of writing an address.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace releve::onewire {

enum class chip { other, thermometer, ds2438, ds2423, ds2406, ds2408 };

/// Of an address in either way of writing.
chip chip_of(std::string_view id) noexcept;
/// Whether byte 6 of the scratchpad tells a power-on value: DS18B20 and its kin, not DS18S20.
bool has_count_byte(std::string_view id) noexcept;

/// As owserver writes it, "28.000028D70200"; nothing when it is not an address.
std::optional<std::string> owserver_id(std::string_view text);
/// As the kernel writes it, "28-0002d7280000".
std::optional<std::string> w1_id(std::string_view text);

} // namespace releve::onewire
