// SPDX-License-Identifier: Apache-2.0
#include "csv.hpp"

#include <releve/record_text.hpp>

namespace releve::file {

namespace {

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

void append_csv(std::string& to, const record& one, series_view as) {
    (to += utc_text(one.time())) += ',';
    append_field(to, as.name());
    append_field(to += ',', labels_of(as));
    to += ',';
    if (one.quality() != quality::absent) append_field(to, one.is_text() ? one.text() : shortest(one.number()));
    append_field(to += ',', as.unit());
    (((to += ',') += name_of(as.is())) += ',') += name_of(one.quality());
    to += '\n';
}

} // namespace releve::file
