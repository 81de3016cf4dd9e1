// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace releve::print {

/// The text as a terminal may get it: what is not UTF-8 and every control character (which could move the cursor, or
/// worse) replaced by U+FFFD.
std::string printable(std::string_view text);

/// Columns that a printable text takes.
std::size_t width(std::string_view printable_text);

/// Its beginning, with an ellipsis where it takes more than `columns`.
std::string shortened(std::string_view printable_text, std::size_t columns);

} // namespace releve::print
