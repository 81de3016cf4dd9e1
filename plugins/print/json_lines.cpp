// SPDX-License-Identifier: Apache-2.0
#include "json_lines.hpp"

#include "printable.hpp"
#include "site_time.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace releve::print {
namespace {

/// A control character stays what it is, escaped; what is not UTF-8 becomes U+FFFD, since JSON has no way to say it.
void put_string(std::string& to, std::string_view text) {
    to += '"';
    while (!text.empty()) {
        const auto c = static_cast<unsigned char>(text.front());
        if (c == '"' || c == '\\') {
            (to += '\\') += text.front();
            text.remove_prefix(1);
        } else if (c < 0x20 || c == 0x7f) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
            to += escape.data();
            text.remove_prefix(1);
        } else {
            std::size_t plain = 0;
            while (plain < text.size() && static_cast<unsigned char>(text[plain]) >= 0x20 && text[plain] != '"' &&
                   text[plain] != '\\' && text[plain] != 0x7f)
                ++plain;
            to += well_formed(text.substr(0, plain));
            text.remove_prefix(plain);
        }
    }
    to += '"';
}

void put_number(std::string& to, double value) {
    if (!std::isfinite(value)) {
        to += "null";
        return;
    }
    std::array<char, 32> text{};
    to.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
}

const char* kind_name(kind of) {
    switch (of) {
    case kind::gauge:
        return "gauge";
    case kind::counter:
        return "counter";
    case kind::text:
        return "text";
    case kind::event:
        return "event";
    case kind::setting:
        return "setting";
    }
    return "unknown";
}

} // namespace

const char* quality_name(quality of) {
    switch (of) {
    case quality::good:
        return "good";
    case quality::suspect:
        return "suspect";
    case quality::estimated:
        return "estimated";
    case quality::absent:
        return "absent";
    }
    return "unknown";
}

void json_lines::add(const record& one, series_view as, std::string& to) {
    const auto member = [&](const char* name, std::string_view text) {
        ((to += ",\"") += name) += "\":";
        put_string(to, text);
    };
    to += "{\"time\":";
    put_string(to, utc_text(one.time()));
    member("name", as.name());
    to += ",\"labels\":{";
    for (std::uint32_t i = 0; i < as.label_count(); ++i) {
        if (i != 0) to += ',';
        put_string(to, as.label_key(i));
        to += ':';
        put_string(to, as.label_value(i));
    }
    to += "},\"value\":";
    if (one.quality() == quality::absent)
        to += "null";
    else if (one.is_text())
        put_string(to, one.text());
    else
        put_number(to, one.number());
    member("unit", as.unit());
    member("kind", kind_name(as.is()));
    member("quality", quality_name(one.quality()));
    to += "}\n";
}

} // namespace releve::print
