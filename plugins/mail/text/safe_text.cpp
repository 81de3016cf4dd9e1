// SPDX-License-Identifier: Apache-2.0
#include "text/safe_text.hpp"

#include <releve/record_text.hpp>

namespace releve::mail {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd", ellipsis = "\xe2\x80\xa6";

/// Also those that turn the direction of what follows.
bool is_control(char32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200e && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

} // namespace

std::size_t character_size(std::string_view text) {
    const auto one = first_character(text);
    return one.valid ? one.size : 0;
}

std::string one_line(std::string_view text, std::size_t most_bytes) {
    std::string made;
    while (!text.empty()) {
        const auto one = first_character(text);
        const auto shown = !one.valid || is_control(one.code) ? replacement : text.substr(0, one.size);
        if (made.size() + shown.size() > most_bytes) return made += ellipsis;
        made += shown;
        text.remove_prefix(one.size);
    }
    return made;
}

std::string html_escaped(std::string_view text) {
    std::string made;
    for (const char c : text) {
        switch (c) {
        case '&':
            made += "&amp;";
            break;
        case '<':
            made += "&lt;";
            break;
        case '>':
            made += "&gt;";
            break;
        case '"':
            made += "&quot;";
            break;
        case '\'':
            made += "&#39;";
            break;
        default:
            made += c;
        }
    }
    return made;
}

} // namespace releve::mail
