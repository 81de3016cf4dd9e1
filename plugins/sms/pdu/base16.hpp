// SPDX-License-Identifier: Apache-2.0
// Octets as text, two hexadecimal digits each: PDUs, as AT commands carry them, and packets for modems and gateways
// that carry only text.
#pragma once

#include "pdu/octets.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace releve::sms {

std::string to_base16(std::span<const std::uint8_t> bytes);
/// Digits of either case, in pairs; blanks before and after them, which some gateways add, are ignored. Nothing: the
/// text has anything else in it.
std::optional<octets> from_base16(std::string_view text);

} // namespace releve::sms
