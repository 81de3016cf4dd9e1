// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/utf8.hpp>

#include <algorithm>

namespace releve::kit {
namespace {

/// Bytes at the beginning that are ASCII and at least `lowest`.
std::size_t ascii_size(std::string_view text, unsigned lowest) noexcept {
    const auto is_plain = [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= lowest && byte < 0x80;
    };
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_plain) - text.begin());
}

bool consists_of_characters(std::string_view text, unsigned lowest) noexcept {
    for (;;) {
        text.remove_prefix(ascii_size(text, lowest));
        if (text.empty()) return true;
        const auto one = first_character(text);
        if (!one.valid || one.size == 1) return false;
        text.remove_prefix(one.size);
    }
}

} // namespace

bool is_utf8(std::string_view text) noexcept { return consists_of_characters(text, 0); }
bool is_storable(std::string_view text) noexcept { return consists_of_characters(text, 1); }

std::string valid_utf8(std::string_view text) {
    std::string made;
    made.reserve(text.size());
    while (!text.empty()) {
        const auto one = first_character(text);
        made += one.valid ? text.substr(0, one.size) : replacement_character;
        text.remove_prefix(one.size);
    }
    return made;
}

std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes) noexcept {
    if (text.size() <= max_bytes) return text;
    const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80; };
    auto size = max_bytes;
    while (size > 0 && max_bytes - size < 3 && continues(size)) --size;
    return text.substr(0, continues(size) ? max_bytes : size); // no character has more than three
}

void append_utf8(std::string& to, char32_t code) {
    const auto add = [&](char32_t byte) { to += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80) {
        add(code);
    } else if (code < 0x800) {
        add(0xc0 | code >> 6);
        add(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        add(0xe0 | code >> 12);
        add(0x80 | (code >> 6 & 0x3f));
        add(0x80 | (code & 0x3f));
    } else {
        add(0xf0 | code >> 18);
        add(0x80 | (code >> 12 & 0x3f));
        add(0x80 | (code >> 6 & 0x3f));
        add(0x80 | (code & 0x3f));
    }
}

} // namespace releve::kit
