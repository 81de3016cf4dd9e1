// SPDX-License-Identifier: Apache-2.0
#include "page/document.hpp"

#include "page/recovery.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/kit/text/utf8.hpp>

#include <algorithm>
#include <cstdint>
#include <pugixml.hpp>

namespace releve::wes {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Each byte of Latin-1 is the code point of the same number.
std::string from_latin1(std::string_view text) {
    std::string utf8;
    utf8.reserve(text.size() + 16);
    for (const char c : text) kit::append_utf8(utf8, static_cast<unsigned char>(c));
    return utf8;
}

/// The text of an element that contains only text.
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
            throw bad_document("contains a control character");
    if (trimmed(bytes).empty()) throw bad_document("is empty");
    if (!trimmed(bytes).ends_with("</data>")) throw bad_document("is cut before its end, or is not a page of a WES");

    const std::string xml = kit::is_utf8(bytes) ? std::string{bytes} : from_latin1(bytes);
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
        if (std::string_view{root.name()} != "data")
            throw bad_document("is not a page of a WES: its root is not <data>");
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
    if (made.elements_.empty()) throw bad_document("contains no value");
    return made;
}

std::optional<std::string_view> document::text(std::string_view section, std::string_view element) const {
    std::string key{section};
    key.append("/").append(element);
    const auto at = elements_.find(key);
    if (at == elements_.end() || at->second.empty()) return std::nullopt;
    return at->second;
}

std::optional<double> plain_number_in(std::string_view text) noexcept {
    return decimals_of(text) ? kit::number_in(text) : std::nullopt;
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
