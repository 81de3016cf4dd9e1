// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/printable.hpp>
#include <releve/kit/text/utf8.hpp>

#include <limits>

namespace releve::kit {
namespace {

constexpr std::string_view ellipsis = "\xe2\x80\xa6";

std::size_t columns_of(char32_t code) noexcept {
    if ((code >= 0x300 && code < 0x370) || code == 0x200d || (code >= 0xfe00 && code < 0xfe10)) return 0;
    if ((code >= 0x1100 && code < 0x1160) || (code >= 0x2e80 && code < 0xa4d0) || (code >= 0xac00 && code < 0xd7a4) ||
        (code >= 0xf900 && code < 0xfb00) || (code >= 0xfe30 && code < 0xfe70) || (code >= 0xff00 && code < 0xff61) ||
        (code >= 0x1f300 && code < 0x1f650) || (code >= 0x1f900 && code < 0x1fa00) ||
        (code >= 0x20000 && code < 0x3fffe))
        return 2;
    return 1;
}

} // namespace

std::string one_line(std::string_view text, std::size_t max_bytes) {
    std::string made;
    while (!text.empty()) {
        const auto one = first_character(text);
        const auto shown = !one.valid || is_control(one.code) ? replacement_character : text.substr(0, one.size);
        if (shown.size() > max_bytes - made.size()) return made += ellipsis;
        made += shown;
        text.remove_prefix(one.size);
    }
    return made;
}

std::string printable(std::string_view text) { return one_line(text, std::numeric_limits<std::size_t>::max()); }

std::string printable_lines(std::string_view text) {
    std::string made;
    for (;;) {
        const auto end = text.find('\n');
        made += printable(text.substr(0, end));
        if (end == std::string_view::npos) return made;
        made += '\n';
        text.remove_prefix(end + 1);
    }
}

std::size_t width(std::string_view printable_text) noexcept {
    std::size_t columns = 0;
    while (!printable_text.empty()) {
        const auto one = first_character(printable_text);
        columns += columns_of(one.code);
        printable_text.remove_prefix(one.size);
    }
    return columns;
}

std::string shortened(std::string_view printable_text, std::size_t max_columns) {
    if (width(printable_text) <= max_columns) return std::string{printable_text};
    if (max_columns == 0) return {};
    std::size_t used = 0, bytes = 0;
    while (bytes < printable_text.size()) {
        const auto one = first_character(printable_text.substr(bytes));
        if (used + columns_of(one.code) > max_columns - 1) break;
        used += columns_of(one.code);
        bytes += one.size;
    }
    return std::string{printable_text.substr(0, bytes)} += ellipsis;
}

} // namespace releve::kit
