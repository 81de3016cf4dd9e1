// SPDX-License-Identifier: Apache-2.0
// The text of one element, out of the bytes between its tags. No I/O.
#pragma once

#include <string>
#include <string_view>

namespace releve::wes {

/// What bytes that are no UTF-8 are. Which of them a device sends is not known: Latin-1, unless the page says
/// otherwise.
enum class page_charset { latin1, windows1252 };
/// By the declaration at the beginning of a page.
page_charset charset_of(std::string_view page);

struct element_text {
    std::string text;         // UTF-8, without blanks around it and without control characters
    bool doubtful = false;    // a character of it could not be read, and is U+FFFD
    std::string_view problem; // why it can't be read, as the end of a sentence; empty: it can
};

/// Each element by itself: names are typed by users, and their charsets may differ.
element_text read_text(std::string_view bytes, page_charset charset);

} // namespace releve::wes
