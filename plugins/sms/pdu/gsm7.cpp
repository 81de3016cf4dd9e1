// SPDX-License-Identifier: Apache-2.0
#include "pdu/gsm7.hpp"

#include "pdu/unicode.hpp"

#include <releve/kit/text/utf8.hpp>

#include <algorithm>
#include <array>

namespace releve::sms {
namespace {

// U+001B stands at the place of the escape.
constexpr std::u32string_view table = U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001BÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
                                      U"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
static_assert(table.size() == 128);

struct extended {
    std::uint8_t septet;
    char32_t character;
};
constexpr std::array<extended, 10> extension{{{0x0A, U'\f'},
                                              {0x14, U'^'},
                                              {0x28, U'{'},
                                              {0x29, U'}'},
                                              {0x2F, U'\\'},
                                              {0x3C, U'['},
                                              {0x3D, U'~'},
                                              {0x3E, U']'},
                                              {0x40, U'|'},
                                              {0x65, U'€'}}};

char32_t after_escape(std::uint8_t septet) {
    for (const auto& e : extension)
        if (e.septet == septet) return e.character;
    return septet == gsm7_escape ? U' ' : table[septet];
}

} // namespace

std::optional<std::vector<std::uint8_t>> to_septets(std::string_view utf8) {
    const auto characters = code_points(utf8);
    if (!characters) return std::nullopt;
    std::vector<std::uint8_t> septets;
    for (const auto c : *characters) {
        const auto at = table.find(c);
        if (at != std::u32string_view::npos && at != gsm7_escape) {
            septets.push_back(static_cast<std::uint8_t>(at));
            continue;
        }
        const auto* e =
            std::find_if(extension.begin(), extension.end(), [&](const auto& x) { return x.character == c; });
        if (e == extension.end()) return std::nullopt;
        septets.push_back(gsm7_escape);
        septets.push_back(e->septet);
    }
    return septets;
}

std::string from_septets(std::span<const std::uint8_t> septets) {
    std::string text;
    for (std::size_t i = 0; i < septets.size(); ++i) {
        const auto septet = static_cast<std::uint8_t>(septets[i] & 0x7FU);
        if (septet != gsm7_escape)
            kit::append_utf8(text, table[septet]);
        else if (++i < septets.size())
            kit::append_utf8(text, after_escape(septets[i] & 0x7FU));
        else
            text += ' ';
    }
    return text;
}

std::vector<std::uint8_t> pack_septets(std::span<const std::uint8_t> septets, unsigned fill) {
    std::vector<std::uint8_t> octets((septets.size() * 7 + fill + 7) / 8);
    std::size_t bit = fill;
    for (const auto septet : septets)
        for (unsigned i = 0; i < 7; ++i, ++bit)
            if (((septet >> i) & 1) != 0)
                octets[bit / 8] = static_cast<std::uint8_t>(octets[bit / 8] | (1U << (bit % 8)));
    return octets;
}

std::vector<std::uint8_t> unpack_septets(std::span<const std::uint8_t> octets, std::size_t count, unsigned fill) {
    std::vector<std::uint8_t> septets;
    std::size_t bit = fill;
    for (; septets.size() < count && bit + 7 <= octets.size() * 8; bit += 7) {
        unsigned septet = 0;
        for (unsigned i = 0; i < 7; ++i) septet |= ((octets[(bit + i) / 8] >> ((bit + i) % 8)) & 1U) << i;
        septets.push_back(static_cast<std::uint8_t>(septet));
    }
    return septets;
}

} // namespace releve::sms
