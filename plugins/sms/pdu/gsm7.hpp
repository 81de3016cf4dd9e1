// SPDX-License-Identifier: Apache-2.0
// The GSM 7 bit default alphabet with its extension table (3GPP TS 23.038, 6.2.1), and how septets are packed
// (6.1.2.1).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace releve::sms {

constexpr std::uint8_t gsm7_escape = 0x1B;

/// A character of the extension table takes two septets. Nothing when a character is in neither table, or the text not
/// UTF-8.
std::optional<std::vector<std::uint8_t>> to_septets(std::string_view utf8);
/// As in 23.038: a code missing from the extension table is shown as the default table's character, a lone escape as a
/// space.
std::string from_septets(std::span<const std::uint8_t> septets);

/// fill: bits left empty at the front, so that text after a header begins on a septet's boundary.
std::vector<std::uint8_t> pack_septets(std::span<const std::uint8_t> septets, unsigned fill = 0);
/// At most the requested number of septets.
std::vector<std::uint8_t> unpack_septets(std::span<const std::uint8_t> octets, std::size_t count, unsigned fill = 0);

} // namespace releve::sms
