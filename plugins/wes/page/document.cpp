// SPDX-License-Identifier: Apache-2.0
#include "page/document.hpp"

#include "page/recovery.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <pugixml.hpp>

namespace releve::wes {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Length of the UTF-8 sequence at the front, 0 when there is none (RFC 3629: no overlong form, no surrogate).
std::size_t utf8_length(std::string_view text) noexcept {
    const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if ((byte(i) & 0xc0U) != 0x80) return 0;
    if ((lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) > 0x9f) || (lead == 0xf0 && byte(1) < 0x90) ||
        (lead == 0xf4 && byte(1) > 0x8f))
        return 0;
    return size;
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const auto size = utf8_length(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

/// Each byte of Latin-1 is the code point of the same number.
std::string from_latin1(std::string_view text) {
    std::string utf8;
    utf8.reserve(text.size() + 16);
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (byte < 0x80) {
            utf8 += c;
        } else {
            utf8 += static_cast<char>(0xc0U | byte >> 6U);
            utf8 += static_cast<char>(0x80U | (byte & 0x3fU));
        }
    }
    return utf8;
}

/// The text of an element that holds nothing but a text.
std::optional<std::string_view> plain_text(const pugi::xml_node& element) {
    const auto only = element.first_child();
    if (!only) return std::string_view{};
    if (only.type() != pugi::node_pcdata || only.next_sibling()) return std::nullopt;
    return trimmed(only.value());
}

} // namespace

document document::parse(std::string_view bytes) {
    if (bytes.size() > max_bytes) throw bad_document("is larger than 256 KiB");
    for (const char c : bytes)
        if (static_cast<std::uint8_t>(c) < 0x20 && blanks.find(c) == std::string_view::npos)
            throw bad_document("holds a control character");
    if (trimmed(bytes).empty()) throw bad_document("is empty");
    if (!trimmed(bytes).ends_with("</data>")) throw bad_document("is cut before its end, or is no page of a WES");

    const std::string xml = is_utf8(bytes) ? std::string{bytes} : from_latin1(bytes);
    document made;
    const auto take = [&made](std::string_view section, std::string_view element, std::string_view text) {
        std::string key{section};
        key.append("/").append(element);
        made.elements_.insert_or_assign(std::move(key), std::string{text});
    };
    pugi::xml_document tree;
    const auto parsed = tree.load_buffer(
        xml.data(), xml.size(), pugi::parse_escapes | pugi::parse_cdata | pugi::parse_comments, pugi::encoding_utf8);
    if (parsed) {
        const auto root = tree.document_element();
        if (std::string_view{root.name()} != "data") throw bad_document("is no page of a WES: its root is not <data>");
        for (const auto& section : root.children()) {
            for (const auto& element : section.children()) {
                const auto text = element.type() == pugi::node_element ? plain_text(element) : std::nullopt;
                if (text) take(section.name(), element.name(), *text);
            }
        }
    } else {
        made.recovered_ = true;
        if (!recover(xml, take))
            throw bad_document(std::string{"is not well-formed at its ends: "} + parsed.description());
    }
    if (made.elements_.empty()) throw bad_document("holds no value");
    return made;
}

std::optional<std::string_view> document::text(std::string_view section, std::string_view element) const {
    std::string key{section};
    key.append("/").append(element);
    const auto at = elements_.find(key);
    if (at == elements_.end() || at->second.empty()) return std::nullopt;
    return at->second;
}

std::optional<double> number_in(std::string_view text) noexcept {
    if (!decimals_of(text)) return std::nullopt;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<int> decimals_of(std::string_view number) noexcept {
    if (number.starts_with('-')) number.remove_prefix(1);
    if (number.empty() || number.size() > 18 || !is_digit(number.front()) || !is_digit(number.back()))
        return std::nullopt;
    const auto point = number.find('.');
    const auto digits_only = [](std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); };
    if (point == std::string_view::npos) return digits_only(number) ? std::optional{0} : std::nullopt;
    if (!digits_only(number.substr(0, point)) || !digits_only(number.substr(point + 1))) return std::nullopt;
    return static_cast<int>(number.size() - point - 1);
}

} // namespace releve::wes
