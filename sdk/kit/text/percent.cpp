// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/percent.hpp>

#include <releve/kit/text/number.hpp>

#include <cstddef>

namespace releve::kit {

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string made;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || c == '.' || c == '~';
        const auto byte = static_cast<unsigned char>(c);
        if (plain)
            made += c;
        else
            ((made += '%') += digits[byte >> 4]) += digits[byte & 15];
    }
    return made;
}

std::optional<std::string> percent_decoded(std::string_view text, plus_sign plus) {
    std::string made;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            const auto digits = text.substr(i + 1, 2);
            const auto byte = integer_in<unsigned char>(digits, 16);
            if (digits.size() != 2 || !byte) return std::nullopt;
            made += static_cast<char>(*byte);
            i += 2;
        } else {
            made += text[i] == '+' && plus == plus_sign::blank ? ' ' : text[i];
        }
    }
    return made;
}

} // namespace releve::kit
