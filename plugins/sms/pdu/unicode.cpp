// SPDX-License-Identifier: Apache-2.0
#include "pdu/unicode.hpp"

namespace releve::sms {
namespace {

constexpr char32_t replacement = 0xFFFD;

bool is_surrogate(char32_t c) { return c >= 0xD800 && c < 0xE000; }

/// How many octets a character has that begins so; 0: none does.
unsigned length_of(unsigned first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return 2;
    if (first >= 0xE0 && first < 0xF0) return 3;
    return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

} // namespace

std::optional<std::u32string> code_points(std::string_view utf8) {
    static constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    std::u32string all;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto first = static_cast<std::uint8_t>(utf8[i]);
        const auto length = length_of(first);
        if (length == 0 || length > utf8.size() - i) return std::nullopt;
        char32_t c = length == 1 ? first : first & (0x7FU >> length);
        for (unsigned n = 1; n < length; ++n) {
            const auto next = static_cast<std::uint8_t>(utf8[i + n]);
            if ((next & 0xC0U) != 0x80) return std::nullopt;
            c = (c << 6) | (next & 0x3FU);
        }
        if (c < least[length] || c > 0x10FFFF || is_surrogate(c)) return std::nullopt;
        all += c;
        i += length;
    }
    return all;
}

void append_utf8(std::string& out, char32_t c) {
    const auto put = [&](char32_t octet) { out += static_cast<char>(static_cast<std::uint8_t>(octet)); };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
        put(0xC0 | (c >> 6));
    } else {
        if (c < 0x10000) {
            put(0xE0 | (c >> 12));
        } else {
            put(0xF0 | (c >> 18));
            put(0x80 | ((c >> 12) & 0x3F));
        }
        put(0x80 | ((c >> 6) & 0x3F));
    }
    put(0x80 | (c & 0x3F));
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
        append_utf8(out, is_surrogate(c) ? replacement : c);
    }
    if (i < in.size()) append_utf8(out, replacement);
    return out;
}

} // namespace releve::sms
