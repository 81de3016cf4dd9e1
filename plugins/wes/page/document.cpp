// SPDX-License-Identifier: Apache-2.0
#include "page/document.hpp"

#include "page/element_text.hpp"
#include "page/recovery.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/kit/text/printable.hpp>

#include <algorithm>
#include <cstdint>
#include <pugixml.hpp>

namespace releve::wes {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Without blanks and control characters at both ends, and without a byte order mark.
std::string_view page_in(std::string_view bytes) {
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
    const auto is_blank = [](char c) { return static_cast<std::uint8_t>(c) <= 0x20; };
    while (!bytes.empty() && is_blank(bytes.front())) bytes.remove_prefix(1);
    while (!bytes.empty() && is_blank(bytes.back())) bytes.remove_suffix(1);
    return bytes;
}

/// The bytes of an element that contains only text.
std::optional<std::string_view> plain_text(const pugi::xml_node& element) {
    const auto only = element.first_child();
    if (!only) return std::string_view{};
    if (only.type() != pugi::node_pcdata || only.next_sibling()) return std::nullopt;
    return only.value();
}

} // namespace

class document::builder final : public element_taker {
public:
    builder(document& of, page_charset charset)
        : of_{of}
        , charset_{charset} {}

    void take(std::string_view section, std::string_view element, std::string_view bytes) override {
        auto read = read_text(bytes, charset_);
        if (!read.problem.empty()) return pass_over(section, element, bytes, read.problem);
        const auto name = key(section, element);
        if (read.doubtful) of_.odd_.insert_or_assign(name, odd_element{read.text, "has characters that are none"});
        const auto [at, is_new] = of_.elements_.try_emplace(name, read.text);
        if (is_new) return;
        if (at->second != read.text)
            of_.odd_.insert_or_assign(name, odd_element{read.text, "is there twice, with two values"});
        at->second = std::move(read.text);
    }
    void pass_over(std::string_view section, std::string_view element, std::string_view bytes,
                   std::string_view why) override {
        constexpr std::size_t shown = 64; // bytes
        of_.odd_.insert_or_assign(key(section, element), odd_element{kit::one_line(trimmed(bytes), shown), why});
    }

private:
    static std::string key(std::string_view section, std::string_view element) {
        std::string made{section};
        if (!element.empty()) made.append("/").append(element);
        return made;
    }

    document& of_;
    page_charset charset_;
};

document document::parse(std::string_view bytes) {
    if (bytes.size() > max_bytes) throw bad_document("is larger than 256 KiB");
    const auto xml = page_in(bytes);
    if (xml.empty()) throw bad_document("is empty");
    if (!xml.ends_with("</data>")) throw bad_document("is cut before its end, or is not a page of a WES");

    document made;
    builder to{made, charset_of(xml)};
    pugi::xml_document tree;
    const auto parsed =
        xml.find('\0') != xml.npos
            ? pugi::xml_parse_result{} // where the parser would end
            : tree.load_buffer(xml.data(), xml.size(), pugi::parse_cdata | pugi::parse_comments, pugi::encoding_utf8);
    if (parsed) {
        const auto root = tree.document_element();
        if (std::string_view{root.name()} != "data")
            throw bad_document("is not a page of a WES: its root is not <data>");
        for (const auto& section : root.children()) {
            for (const auto& element : section.children()) {
                if (element.type() != pugi::node_element) continue;
                if (const auto text = plain_text(element))
                    to.take(section.name(), element.name(), *text);
                else
                    to.pass_over(section.name(), element.name(), {}, "has more in it than a text");
            }
        }
    } else {
        made.recovered_ = true;
        if (!recover(xml, to))
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
