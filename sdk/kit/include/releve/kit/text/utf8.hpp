// SPDX-License-Identifier: Apache-2.0
// UTF-8 (RFC 3629): no surrogates, no overlong forms. [any thread]
#pragma once
#include <releve/record_text.hpp> // utf8_character, first_character

#include <cstddef>
#include <string>
#include <string_view>

namespace releve::kit {

inline constexpr std::string_view replacement_character = "\xef\xbf\xbd"; // U+FFFD

/// Bytes of the character at the beginning of a text that is not empty; 0: these bytes are not UTF-8.
inline std::size_t character_size(std::string_view text) noexcept {
    const auto one = first_character(text);
    return one.valid ? one.size : 0;
}

bool is_utf8(std::string_view text) noexcept;
/// is_utf8, and no NUL in it: what every database can hold.
bool is_storable(std::string_view text) noexcept;
/// With each byte that is not UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);
/// The longest beginning of at most `max_bytes` that does not cut a character.
std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes) noexcept;
/// Appends one code point, which is valid (below 0x110000, no surrogate).
void append_utf8(std::string& to, char32_t code);

} // namespace releve::kit
