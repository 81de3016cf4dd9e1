// SPDX-License-Identifier: Apache-2.0
#include "page/element_text.hpp"

#include "page/recovery.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/kit/text/printable.hpp>
#include <releve/kit/text/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace releve::wes {
namespace {

/// Code points of the bytes 0x80 to 0x9f in Windows-1252; 0: none.
constexpr std::array<char16_t, 32> windows1252{0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                               0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                               0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                               0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

bool is_c0(char32_t code) { return code < 0x20 || code == 0x7f; }

std::string lower(std::string_view text) {
    std::string made{text};
    std::transform(made.begin(), made.end(), made.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return made;
}

std::string to_utf8(std::string_view bytes, page_charset charset) {
    std::string made;
    made.reserve(bytes.size() + 16);
    for (const char c : bytes) {
        const auto byte = static_cast<std::uint8_t>(c);
        char32_t code = byte;
        if (charset == page_charset::windows1252 && byte >= 0x80 && byte < 0xa0 && windows1252[byte - 0x80] != 0)
            code = windows1252[byte - 0x80];
        kit::append_utf8(made, code);
    }
    return made;
}

/// What stands between '&' and ';'. Nothing: no character of XML.
std::optional<char32_t> character_named(std::string_view name) {
    constexpr std::pair<std::string_view, char> known[] = {
        {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    for (const auto& [word, is] : known)
        if (word == name) return static_cast<char32_t>(is);
    if (!name.starts_with('#')) return std::nullopt;
    name.remove_prefix(1);
    const bool hex = name.starts_with('x');
    if (hex) name.remove_prefix(1);
    const auto code = kit::integer_in<std::uint32_t>(name, hex ? 16 : 10);
    if (!code || *code >= 0x110000 || (*code >= 0xd800 && *code < 0xe000)) return std::nullopt;
    return static_cast<char32_t>(*code);
}

/// False: a reference to a character that is none.
bool resolve(std::string_view text, std::string& to) {
    while (!text.empty()) {
        const auto mark = std::min(text.find('&'), text.size());
        to += text.substr(0, mark);
        text.remove_prefix(mark);
        if (text.empty()) break;
        const auto end = text.find(';');
        const auto code = end == text.npos ? std::nullopt : character_named(text.substr(1, end - 1));
        if (!code) return false;
        kit::append_utf8(to, *code);
        text.remove_prefix(end + 1);
    }
    return true;
}

} // namespace

page_charset charset_of(std::string_view page) {
    page = trimmed(page);
    if (!page.starts_with("<?xml")) return page_charset::latin1;
    const auto declaration = lower(page.substr(0, std::min(page.find("?>"), std::size_t{200})));
    const bool windows =
        declaration.find("windows-1252") != declaration.npos || declaration.find("cp1252") != declaration.npos;
    return windows ? page_charset::windows1252 : page_charset::latin1;
}

element_text read_text(std::string_view bytes, page_charset charset) {
    element_text made;
    bytes = trimmed(bytes);
    const auto utf8 = kit::is_utf8(bytes) ? std::string{bytes} : to_utf8(bytes, charset);
    std::string resolved;
    if (!resolve(utf8, resolved)) {
        made.problem = "has an '&' that begins no character";
        return made;
    }
    for (std::string_view rest = resolved; !rest.empty();) {
        const auto one = first_character(rest);
        if (is_c0(one.code)) {
            made.problem = "has a control character";
            return made;
        }
        made.doubtful = made.doubtful || (kit::is_control(one.code) && one.code >= 0x7f);
        rest.remove_prefix(one.size);
    }
    made.text = made.doubtful ? kit::printable(resolved) : std::move(resolved);
    return made;
}

} // namespace releve::wes
