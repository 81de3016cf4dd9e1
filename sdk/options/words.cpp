// SPDX-License-Identifier: Apache-2.0
#include "words.hpp"

#include <array>
#include <charconv>

namespace releve::options {

std::string in_quotes(std::string_view word) { return "'" + std::string(word) + "'"; }

std::string as_toml(std::string_view text) {
    constexpr std::size_t longest = 80;
    std::string shown = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        // Cut between characters: a continuation byte of UTF-8 is 10xxxxxx.
        if (i >= longest && (static_cast<unsigned char>(c) & 0xC0U) != 0x80U) return shown + "...\"";
        if (c == '"' || c == '\\')
            shown += {'\\', c};
        else if (c == '\n')
            shown += "\\n";
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            shown += '?';
        else
            shown += c;
    }
    return shown + '"';
}

std::string as_text(double number) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    return {buffer.data(), end};
}

std::string with_article(std::string_view noun) {
    const bool vowel = !noun.empty() && std::string_view("aeio").find(noun.front()) != std::string_view::npos;
    return (vowel ? "an " : "a ") + std::string(noun);
}

namespace {

std::string listed(const std::vector<std::string>& names, const char* last) {
    std::string list;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) list += i + 1 == names.size() ? last : ", ";
        list += in_quotes(names[i]);
    }
    return list;
}

} // namespace

std::string one_of(const std::vector<std::string>& names) { return listed(names, " or "); }
std::string all_of(const std::vector<std::string>& names) { return listed(names, " and "); }

std::string bound_as_text(std::uint32_t type, const std::string& bound) {
    if (type == RELEVE_OPTION_DURATION || type == RELEVE_OPTION_INTERVAL)
        if (const auto ns = parse_duration(bound)) return format_duration(*ns);
    if (type == RELEVE_OPTION_SIZE)
        if (const auto bytes = parse_size(bound)) return format_size(*bytes);
    return bound;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& names) {
    constexpr std::size_t few = 12;
    if (const auto near = nearest(word, names); !near.empty()) return "did you mean " + in_quotes(near) + "?";
    if (names.empty() || names.size() > few) return {};
    return (names.size() == 1 ? "there is only " : "there are ") + all_of(names);
}

std::string what_it_is(const toml::node& value) {
    switch (value.type()) {
    case toml::node_type::string:
        return "a string";
    case toml::node_type::integer:
        return "an integer";
    case toml::node_type::floating_point:
        return "a number";
    case toml::node_type::boolean:
        return "a boolean";
    case toml::node_type::array:
        return "a list";
    case toml::node_type::table:
        return "a table";
    case toml::node_type::date:
        return "a date";
    case toml::node_type::time:
        return "a time of day";
    case toml::node_type::date_time:
        return "a date and time";
    case toml::node_type::none:
        break;
    }
    return "nothing";
}

bool names_a_secret(std::string_view key) {
    constexpr std::array<std::string_view, 9> words{"pass", "pwd", "secret", "token", "pin",
                                                    "puk",  "key", "auth",   "psk"};
    std::string small{key};
    for (char& c : small)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    for (const auto word : words)
        if (small.find(word) != std::string::npos) return true;
    return false;
}

std::string_view view(releve_string text) {
    return text.data != nullptr ? std::string_view(text.data, text.size) : std::string_view();
}

releve_string string_of(std::string_view text) { return {text.data(), text.size()}; }

position position_of(const toml::source_region& region) {
    position where{region.begin.line, region.begin.column, 1};
    if (region.end.line == region.begin.line && region.end.column > region.begin.column)
        where.length = region.end.column - region.begin.column;
    return where;
}

} // namespace releve::options
