// SPDX-License-Identifier: Apache-2.0
// Text as a terminal, a mail or a log may get it. [any thread]
#pragma once
#include <releve/record_text.hpp> // is_control

#include <cstddef>
#include <string>
#include <string_view>

namespace releve::kit {

using releve::is_control;

/// Each control character (is_control) and each byte that is not UTF-8 is replaced by U+FFFD. The result is one line.
std::string printable(std::string_view text);

/// printable() of each line of a text: its ends of line ("\n") stay.
std::string printable_lines(std::string_view text);

/// Columns of a terminal that a printable text takes: 0 for combining marks, 2 for East Asian wide characters and
/// emoji (UAX #11, the blocks that matter here), else 1.
std::size_t width(std::string_view printable_text) noexcept;

/// The beginning of a printable text, which ends in an ellipsis where the whole takes more than `max_columns`.
std::string shortened(std::string_view printable_text, std::size_t max_columns);

/// printable(), at most `max_bytes` of it, followed by an ellipsis where something was cut off.
std::string one_line(std::string_view text, std::size_t max_bytes);

} // namespace releve::kit
