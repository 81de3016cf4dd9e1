// SPDX-License-Identifier: Apache-2.0
// Records as text, in one form wherever they are shown or stored.
#ifndef RELEVE_RECORD_TEXT_HPP
#define RELEVE_RECORD_TEXT_HPP
#include <releve/batch.hpp>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>

namespace releve {

constexpr const char* name_of(kind is) noexcept {
    constexpr std::array names{"gauge", "counter", "text", "event", "setting"};
    const auto i = static_cast<std::size_t>(is);
    return i < names.size() ? names[i] : "unknown";
}

constexpr const char* name_of(quality is) noexcept {
    constexpr std::array names{"good", "suspect", "estimated", "absent"};
    const auto i = static_cast<std::size_t>(is);
    return i < names.size() ? names[i] : "unknown";
}

/// The shortest text that reads back as the same number; "nan", "inf", "-inf".
inline std::string shortest(double number) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

/// RFC 3339: "2026-11-23T13:03:22Z", with as many digits of a second as the time has.
inline std::string utc_text(time_point utc) {
    namespace chrono = std::chrono;
    const auto second = chrono::floor<chrono::seconds>(utc);
    const auto day = chrono::floor<chrono::days>(second);
    const chrono::year_month_day date{day}; // of 1677 to 2262
    const auto of_day = static_cast<unsigned>((second - day).count());
    std::string made;
    const auto digits = [&](unsigned value, unsigned unit) {
        for (; unit != 0; unit /= 10) made += static_cast<char>('0' + value / unit % 10);
    };
    digits(static_cast<unsigned>(static_cast<int>(date.year())), 1000);
    digits(static_cast<unsigned>(date.month()), (made += '-', 10));
    digits(static_cast<unsigned>(date.day()), (made += '-', 10));
    digits(of_day / 3600, (made += 'T', 10));
    digits(of_day / 60 % 60, (made += ':', 10));
    digits(of_day % 60, (made += ':', 10));
    if (const auto ns = static_cast<unsigned>((utc - second).count()); ns != 0) {
        digits(ns, (made += '.', 100'000'000));
        while (made.back() == '0') made.pop_back();
    }
    return made += 'Z';
}

struct utf8_character {
    char32_t code = 0;
    std::size_t size = 1; // bytes
    bool valid = false;
};

/// The character at the beginning of a text that is not empty (RFC 3629).
inline utf8_character first_character(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto lead = byte(0);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
    char32_t code = lead & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {};
        code = code << 6 | (byte(i) & 0x3fU);
    }
    const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
    if (overlong || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {};
    return {code, size, true};
}

/// What a terminal may act on, or lets a text look like another: C0 and C1 control characters, line and paragraph
/// separators, the byte order mark, and the marks that change the direction of writing.
constexpr bool is_control(char32_t code) noexcept {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c || (code >= 0x200e && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

/// As a JSON string (RFC 8259): control characters (is_control) are escaped, so that it can be shown as it is; bytes
/// that are not UTF-8 become U+FFFD, since JSON can't represent them.
inline void append_json(std::string& to, std::string_view text) {
    constexpr auto is_plain = [](char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; };
    to += '"';
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() && is_plain(text[plain])) ++plain;
        to += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        const auto one = first_character(text);
        if (one.code == '"' || one.code == '\\') {
            (to += '\\') += text.front();
        } else if (one.valid && is_control(one.code)) { // all are below U+10000
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(one.code & 0xffffU));
            to += escape.data();
        } else {
            to += one.valid ? text.substr(0, one.size) : std::string_view{"\xef\xbf\xbd"};
        }
        text.remove_prefix(one.size);
    }
    to += '"';
}

/// An object with time, name, labels, value, unit, kind and quality, without an end of line. The value is null in an
/// absent record and for a number that is not finite (JSON has no NaN).
inline void append_json(std::string& to, const record& one, series_view as) {
    const auto member = [&](const char* name, std::string_view text) {
        ((to += ",\"") += name) += "\":";
        append_json(to, text);
    };
    to += "{\"time\":";
    append_json(to, utc_text(one.time()));
    member("name", as.name());
    to += ",\"labels\":{";
    for (std::uint32_t i = 0; i < as.label_count(); ++i) {
        if (i != 0) to += ',';
        append_json(to, as.label_key(i));
        to += ':';
        append_json(to, as.label_value(i));
    }
    to += "},\"value\":";
    if (one.quality() == quality::absent || (one.is_number() && !std::isfinite(one.number())))
        to += "null";
    else if (one.is_text())
        append_json(to, one.text());
    else
        to += shortest(one.number());
    member("unit", as.unit());
    member("kind", name_of(as.is()));
    member("quality", name_of(one.quality()));
    to += '}';
}

} // namespace releve
#endif
