// SPDX-License-Identifier: Apache-2.0
// The meaning of the first byte of a 1-Wire address, and the two notations of an address.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace releve::onewire {

enum class chip { other, thermometer, ds2438, ds2423, ds2406, ds2408 };

/// Of an address in either notation.
chip chip_of(std::string_view id) noexcept;
/// Whether byte 6 of the scratchpad identifies a power-on value: DS18B20 and similar chips, not DS18S20.
bool has_count_byte(std::string_view id) noexcept;

/// As owserver writes it, "28.000028D70200"; nothing when it is not an address.
std::optional<std::string> owserver_id(std::string_view text);
/// As the kernel writes it, "28-0002d7280000".
std::optional<std::string> w1_id(std::string_view text);

} // namespace releve::onewire
