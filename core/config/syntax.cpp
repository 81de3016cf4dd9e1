// SPDX-License-Identifier: Apache-2.0
#include "syntax.hpp"

#include "leaves.hpp"
#include "lines.hpp"
#include "shown_line.hpp"
#include "words.hpp"

#include <algorithm>

namespace releve::core {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The word at a column: up to a blank or one of TOML's own marks. Columns count characters, and this code counts
/// bytes, so nothing is guessed in a line that is not ASCII.
struct word_at {
    std::uint32_t column = 0;
    std::string_view text;
};

word_at word_around(std::string_view line, std::uint32_t column) {
    if (column == 0 || column > line.size()) return {};
    if (std::any_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7F; })) return {};
    const auto ends = [](char c) {
        return is_blank(c) || std::string_view("=,[]{}\"'#").find(c) != std::string_view::npos;
    };
    std::size_t first = column - 1, last = column - 1;
    if (ends(line[first])) return {};
    while (first > 0 && !ends(line[first - 1])) --first;
    while (last < line.size() && !ends(line[last])) ++last;
    return {static_cast<std::uint32_t>(first + 1), line.substr(first, last - first)};
}

bool begins_with_a_key(std::string_view line) {
    const auto sign = line.find('=');
    return sign != std::string_view::npos && sign > 0 &&
           std::none_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(sign),
                        [](char c) { return c == '"' || c == '[' || c == '{' || c == '#'; });
}

/// toml++ says "Error while parsing key-value pair: expected value, saw '\n'".
/// Without what a number's message repeats of the value: what is a value may be a secret.
std::string without_values(std::string plain) {
    for (auto begin = plain.find('\''); begin != std::string::npos; begin = plain.find('\'', begin)) {
        const auto end = plain.find('\'', begin + 1);
        if (end == std::string::npos) break;
        const auto inside = std::string_view{plain}.substr(begin + 1, end - begin - 1);
        const bool value = inside.size() > 2 && inside.find_first_of("0123456789") != std::string_view::npos;
        if (value) plain.replace(begin + 1, inside.size(), "***");
        begin = plain.find('\'', begin + 1) + 1;
    }
    return plain;
}

std::string plainly(std::string_view description) {
    constexpr std::string_view preamble = "Error while parsing ";
    const bool text = description.starts_with("Error while parsing string");
    if (description.starts_with(preamble))
        if (const auto colon = description.find(": "); colon != std::string_view::npos)
            description.remove_prefix(colon + 2);
    const auto says = [&](std::string_view words) { return description.find(words) != std::string_view::npos; };
    if (text && (says("unescaped control") || says("end-of-file"))) return "this text has no closing quote";
    if (says("could not determine value type")) return "this is not a TOML value";
    if (says("invalid utf-8")) return "this is not UTF-8";
    std::string plain(description);
    if (const auto end = plain.find("saw '\\n'"); end != std::string::npos)
        plain.replace(end, 8, "saw the end of the line");
    if (!plain.empty() && plain.front() >= 'A' && plain.front() <= 'Z')
        plain.front() = static_cast<char>(plain.front() - 'A' + 'a');
    return "this is not TOML: " + without_values(std::move(plain));
}

/// The name at the end of "cannot redefine existing table 'a.x'".
std::string_view name_in(std::string_view description) {
    const auto first = description.find('\'');
    const auto last = description.rfind('\'');
    return first == last ? std::string_view() : description.substr(first + 1, last - first - 1);
}

void report_duplicate(options::problem& made, std::string_view description, std::string_view line) {
    const auto name = name_in(description);
    std::size_t begin = 0;
    while (begin < line.size() && is_blank(line[begin])) ++begin;
    const bool header = begin < line.size() && line[begin] == '[';
    made.what = header ? "there is another section [" + std::string(name) + "]"
                       : "key " + options::in_quotes(name) + " is here a second time";
    made.help = header ? "merge the two, or rename this one" : "remove one of them";
    const auto end = header ? line.find(']', begin) + 1 : line.find_first_of(" \t=", begin);
    if (end <= begin || end > line.size()) return;
    made.where.column = static_cast<std::uint32_t>(begin + 1);
    made.where.length = static_cast<std::uint32_t>(end - begin);
}

std::string help_for(std::string_view description, std::string_view line, const word_at& word) {
    const auto says = [&](std::string_view words) { return description.find(words) != std::string_view::npos; };
    const bool at_a_key =
        word.column > 0 && word.column - 1 == line.find_first_not_of(" \t") && begins_with_a_key(line);
    if (says("could not determine value type") && at_a_key) return "a list above may lack its closing ']'";
    if (says("closing ']'")) return "a list above may lack its closing ']'";
    if (!word.text.empty() && is_digit(word.text.front()) && !at_a_key && !options::names_a_secret(line) &&
        is_harmless(word.text) &&
        std::any_of(word.text.begin(), word.text.end(), [](char c) { return !is_digit(c) && c != '.' && c != '_'; }))
        return "put it in double quotes: \"" + std::string(word.text) + "\"";
    if (says("could not determine value type") && (word.text == "yes" || word.text == "on")) return "write true";
    if (says("could not determine value type") && (word.text == "no" || word.text == "off")) return "write false";
    if (says("could not determine value type")) return "put text in double quotes";
    if (says("leading zeroes")) return "remove the leading zeros, or put it in double quotes if it is text";
    if (says("unknown escape sequence")) return "write \\\\ for a backslash, or put the text in single quotes";
    if (says("parsing string")) return "add the closing quote, or use three quotes for several lines";
    if (says("expected '='")) return "write: key = value";
    if (says("expected ']'")) return "a section's header ends with ']'";
    if (says("expected value")) return "write a value after '='";
    if (says("utf-8")) return "save the file as UTF-8";
    return {};
}

} // namespace

std::string_view line_of(std::string_view text, std::uint32_t number) {
    if (number == 0) return {};
    while (--number > 0) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

options::problem syntax_problem(const toml::parse_error& error, std::string_view text) {
    const auto description = std::string_view(error.description());
    options::problem made{options::position_of(error.source()), {}, {}};
    const auto line = line_of(text, made.where.line);
    if (description.find("cannot redefine") != std::string_view::npos) {
        report_duplicate(made, description, line);
        return made;
    }
    made.what = plainly(description);
    const auto word = word_around(line, made.where.column);
    made.help = help_for(description, line, word);
    if (!word.text.empty()) {
        made.where.column = word.column;
        made.where.length = static_cast<std::uint32_t>(word.text.size());
    }
    return made;
}

} // namespace releve::core
