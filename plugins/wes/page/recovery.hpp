// SPDX-License-Identifier: Apache-2.0
// Reading a document that is not well-formed. A WES prints the names that its users gave without escaping, so one "&"
// or "<" in a name breaks the document for every XML parser, and all its numbers would be lost with it.
#pragma once

#include <functional>
#include <string_view>

namespace releve::wes {

using element_taker = std::function<void(std::string_view section, std::string_view element, std::string_view text)>;

/// Hands out what is certain, and false when nothing can be, because the document does not begin with <data> and end
/// with
/// </data> (it was cut). Certain is an element whose text holds no markup, whose own end tag follows at once, in a
/// section of a known name that is opened and closed in turn, with no other section begun in between. So one damaged
/// byte outside a number's own digits costs elements and never gives one another name or another value.
bool recover(std::string_view xml, const element_taker& take);

/// Without the blanks, tabs and line ends around it.
std::string_view trimmed(std::string_view text);

} // namespace releve::wes
