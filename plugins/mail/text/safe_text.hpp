// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace releve::mail {

/// The text as one line of UTF-8: control characters (line ends among them), those that turn the direction of writing,
/// and bytes that are not UTF-8 replaced by U+FFFD; with an ellipsis where it takes more than `most_bytes`.
std::string one_line(std::string_view text, std::size_t most_bytes);

/// With the characters that mean something to HTML written as it wants them.
std::string html_escaped(std::string_view text);

/// Bytes of the UTF-8 character that begins here; 0 when none does. Of a text that is not empty.
std::size_t character_size(std::string_view text);

} // namespace releve::mail
