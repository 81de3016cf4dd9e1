// SPDX-License-Identifier: Apache-2.0
#include "pdu/unicode.hpp"

#include <releve/kit/text/utf8.hpp>

namespace releve::sms {
namespace {

bool is_surrogate(char32_t c) { return c >= 0xD800 && c < 0xE000; }

} // namespace

std::optional<std::u32string> code_points(std::string_view utf8) {
    std::u32string all;
    while (!utf8.empty()) {
        const auto one = first_character(utf8);
        if (!one.valid) return std::nullopt;
        all += one.code;
        utf8.remove_prefix(one.size);
    }
    return all;
}

void append_utf16(std::vector<std::uint8_t>& out, char32_t c) {
    const auto put = [&](char32_t unit) {
        out.push_back(static_cast<std::uint8_t>(unit >> 8));
        out.push_back(static_cast<std::uint8_t>(unit));
    };
    if (c < 0x10000) return put(c);
    put(0xD800 + ((c - 0x10000) >> 10));
    put(0xDC00 + ((c - 0x10000) & 0x3FF));
}

std::string utf8_of_utf16(std::span<const std::uint8_t> in) {
    std::string out;
    const auto unit = [&](std::size_t at) { return static_cast<char32_t>((in[at] << 8) | in[at + 1]); };
    std::size_t i = 0;
    for (; i + 1 < in.size(); i += 2) {
        char32_t c = unit(i);
        if (c >= 0xD800 && c < 0xDC00 && i + 3 < in.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
            i += 2;
        }
        if (is_surrogate(c))
            out += kit::replacement_character;
        else
            kit::append_utf8(out, c);
    }
    if (i < in.size()) out += kit::replacement_character;
    return out;
}

std::string without_controls(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto one = first_character(text);
        const bool is_text = (one.code >= 0x20 && (one.code < 0x7F || one.code >= 0xA0)) ||
                             (one.code >= U'\t' && one.code <= U'\r' && one.code != U'\v');
        out += one.valid && is_text ? text.substr(0, one.size) : kit::replacement_character;
        text.remove_prefix(one.size);
    }
    return out;
}

} // namespace releve::sms
