// SPDX-License-Identifier: Apache-2.0
#include "printable.hpp"

#include <releve/record_text.hpp>

namespace releve::print {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd", ellipsis = "\xe2\x80\xa6";

/// Also those that turn the direction of what follows.
bool is_control(char32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200e && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

/// 0 for marks that are put over the character before, 2 for East Asian wide characters and pictures (UAX #11, the
/// blocks of it that matter here), else 1.
std::size_t columns_of(char32_t code) {
    if ((code >= 0x300 && code < 0x370) || code == 0x200d || (code >= 0xfe00 && code < 0xfe10)) return 0;
    if ((code >= 0x1100 && code < 0x1160) || (code >= 0x2e80 && code < 0xa4d0) || (code >= 0xac00 && code < 0xd7a4) ||
        (code >= 0xf900 && code < 0xfb00) || (code >= 0xfe30 && code < 0xfe70) || (code >= 0xff00 && code < 0xff61) ||
        (code >= 0x1f300 && code < 0x1f650) || (code >= 0x1f900 && code < 0x1fa00) ||
        (code >= 0x20000 && code < 0x3fffe))
        return 2;
    return 1;
}

template <class F>
std::string replaced(std::string_view text, F unwanted) {
    std::string made;
    made.reserve(text.size());
    while (!text.empty()) {
        const auto one = first_character(text);
        made += one.valid && !unwanted(one.code) ? text.substr(0, one.size) : replacement;
        text.remove_prefix(one.size);
    }
    return made;
}

} // namespace

std::string printable(std::string_view text) { return replaced(text, is_control); }

std::size_t width(std::string_view printable_text) {
    std::size_t columns = 0;
    while (!printable_text.empty()) {
        const auto one = first_character(printable_text);
        columns += columns_of(one.code);
        printable_text.remove_prefix(one.size);
    }
    return columns;
}

std::string shortened(std::string_view printable_text, std::size_t columns) {
    if (width(printable_text) <= columns) return std::string{printable_text};
    if (columns == 0) return {};
    std::size_t used = 0, bytes = 0;
    while (bytes < printable_text.size()) {
        const auto one = first_character(printable_text.substr(bytes));
        if (used + columns_of(one.code) > columns - 1) break;
        used += columns_of(one.code);
        bytes += one.size;
    }
    return std::string{printable_text.substr(0, bytes)} += ellipsis;
}

} // namespace releve::print
