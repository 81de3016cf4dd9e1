// SPDX-License-Identifier: Apache-2.0
#include "http/url_encoded.hpp"

namespace releve::wes {

std::string url_encoded(std::string_view text) {
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

} // namespace releve::wes
