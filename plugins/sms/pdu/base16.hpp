// SPDX-License-Identifier: Apache-2.0
// A packet as text, for modems and gateways that pass nothing else: two hexadecimal digits an octet.
#pragma once

#include "packet/frame.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace releve::sms {

std::string to_base16(std::span<const std::uint8_t> bytes);
/// Nothing else than pairs of digits, of either case; spaces around them, as some gateways add, are passed over.
std::optional<octets> from_base16(std::string_view text);

} // namespace releve::sms
