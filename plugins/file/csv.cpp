// SPDX-License-Identifier: Apache-2.0
#include "csv.hpp"

#include <releve/record_text.hpp>

#include <algorithm>
#include <array>

namespace releve::file {

namespace {

/// What begins a formula, or may: also the wide characters that some spreadsheets take for the others.
bool begins_formula(std::string_view text) {
    constexpr std::array<std::string_view, 10> signs{
        "=", "+", "-", "@", "\t", "\r", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
    return std::any_of(signs.begin(), signs.end(), [&](std::string_view one) { return text.starts_with(one); });
}

/// With a ' before each place where a cell might begin: spreadsheets of other countries separate by other characters.
std::string harmless(std::string_view text) {
    constexpr std::string_view ends = ";,|\t\r\n\"";
    std::string made;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool may_begin = i == 0 || ends.find(text[i - 1]) != std::string_view::npos;
        if (may_begin && begins_formula(text.substr(i))) made += '\'';
        made += text[i];
    }
    return made;
}

void append_field(std::string& to, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        to += text;
        return;
    }
    to += '"';
    for (const char c : text) {
        if (c == '"') to += '"';
        to += c;
    }
    to += '"';
}

/// `key=value key=value`; a blank, '=' or backslash in a value has a backslash before it.
std::string labels_of(series_view as) {
    std::string made;
    for (std::uint32_t i = 0; i < as.label_count(); ++i) {
        if (i != 0) made += ' ';
        (made += as.label_key(i)) += '=';
        for (const char c : as.label_value(i)) {
            if (c == ' ' || c == '=' || c == '\\') made += '\\';
            made += c;
        }
    }
    return made;
}

} // namespace

void append_csv(std::string& to, const record& one, series_view as, bool for_spreadsheet) {
    const auto append_text = [&](std::string_view text) {
        append_field(to, for_spreadsheet ? std::string_view{harmless(text)} : text);
    };
    (to += utc_text(one.time())) += ',';
    append_text(as.name());
    to += ',';
    append_text(labels_of(as));
    to += ',';
    if (one.quality() != quality::absent && one.is_text()) append_text(one.text());
    if (one.quality() != quality::absent && !one.is_text()) to += shortest(one.number());
    to += ',';
    append_text(as.unit());
    (((to += ',') += name_of(as.is())) += ',') += name_of(one.quality());
    to += '\n';
}

} // namespace releve::file
