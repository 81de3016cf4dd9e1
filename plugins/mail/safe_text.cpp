// SPDX-License-Identifier: Apache-2.0
#include "safe_text.hpp"

namespace releve::mail {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd", ellipsis = "\xe2\x80\xa6";

struct character {
    char32_t code = 0;
    std::size_t size = 0; // 0: not UTF-8
};

character first_of(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
    char32_t code = lead & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) return {};
        code = code << 6U | (byte(i) & 0x3fU);
    }
    const bool too_long = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
    if (too_long || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {};
    return {code, size};
}

/// Also those that turn the direction of what follows.
bool is_control(char32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200e && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

} // namespace

std::size_t character_size(std::string_view text) { return first_of(text).size; }

std::string one_line(std::string_view text, std::size_t most_bytes) {
    std::string made;
    while (!text.empty()) {
        const auto one = first_of(text);
        const auto shown = one.size == 0 || is_control(one.code) ? replacement : text.substr(0, one.size);
        if (made.size() + shown.size() > most_bytes) return made += ellipsis;
        made += shown;
        text.remove_prefix(one.size == 0 ? 1 : one.size);
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
