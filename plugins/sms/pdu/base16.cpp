// SPDX-License-Identifier: Apache-2.0
#include "pdu/base16.hpp"

namespace releve::sms {
namespace {
constexpr std::string_view digits = "0123456789ABCDEF";
constexpr std::string_view blanks = " \t\r\n";

int digit(char c) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    const auto at = digits.find(c);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}
} // namespace

std::string to_base16(std::span<const std::uint8_t> bytes) {
    std::string text;
    for (auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 0x0F];
    }
    return text;
}

std::optional<octets> from_base16(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return octets{};
    text = text.substr(first, text.find_last_not_of(blanks) - first + 1);
    if (text.size() % 2 != 0) return std::nullopt;
    octets bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = digit(text[i]), low = digit(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>((high << 4) | low));
    }
    return bytes;
}

} // namespace releve::sms
