// SPDX-License-Identifier: Apache-2.0
// Reads a document that is not well-formed. A WES prints the names that its users gave without escaping them, so one
// "&" or "<" in a name breaks the document for every XML parser, and all its numbers would be lost.
#pragma once

#include <functional>
#include <string_view>

namespace releve::wes {

/// Takes elements, with the bytes between their tags.
class element_taker {
public:
    element_taker() = default;
    element_taker(const element_taker&) = delete;
    element_taker& operator=(const element_taker&) = delete;
    virtual ~element_taker() = default;
    virtual void take(std::string_view section, std::string_view element, std::string_view bytes) = 0;
    /// What can't be read, and why, as the end of a sentence. `element` empty: the whole section.
    virtual void pass_over(std::string_view section, std::string_view element, std::string_view bytes,
                           std::string_view why) = 0;
};

/// Hands out the elements that are certain. False: none can be, because the document does not begin with <data> and end
/// with </data> (it was cut). An element is certain when its text contains no markup, its own end tag follows at once,
/// and it is in a section of a known name that is opened and then closed, with no other section opened in between. So
/// one damaged byte outside the digits of a number costs elements, and never gives an element another name or value.
bool recover(std::string_view xml, element_taker& to);

/// Without the blanks, tabs and line ends around it.
std::string_view trimmed(std::string_view text);

} // namespace releve::wes
