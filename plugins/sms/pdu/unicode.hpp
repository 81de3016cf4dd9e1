// SPDX-License-Identifier: Apache-2.0
// UTF-8 to code points, and UTF-16 as UCS-2 messages carry it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace releve::sms {

/// Nothing when the text is not UTF-8.
std::optional<std::u32string> code_points(std::string_view utf8);
void append_utf16(std::vector<std::uint8_t>& out, char32_t code_point);
/// Half a surrogate pair, and a last odd octet, become U+FFFD.
std::string utf8_of_utf16(std::span<const std::uint8_t> big_endian);
/// Each control character becomes U+FFFD, but a tabulator, the ends of lines and of a page: no text has NUL or C1, and
/// not every database can hold them. `text` is UTF-8.
std::string without_controls(std::string_view text);

} // namespace releve::sms
