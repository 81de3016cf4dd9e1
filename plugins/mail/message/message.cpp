// SPDX-License-Identifier: Apache-2.0
#include "message/message.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/kit/text/utf8.hpp>

#include <algorithm>
#include <cstdint>

namespace releve::mail {
namespace {

constexpr std::size_t max_header_bytes = 250;
/// Bytes in an encoded word: 52 characters of base64, so that it and the header's name fit in the 76 of RFC 2047.
constexpr std::size_t bytes_a_word = 39;
constexpr std::size_t max_plain_bytes = 60;

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string made;
    made.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t three = 0;
        for (std::size_t k = 0; k < 3; ++k)
            three = three << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            made += i + k > bytes.size() ? '=' : digits[three >> (18U - 6U * static_cast<unsigned>(k)) & 0x3fU];
    }
    return made;
}

bool is_plain(std::string_view text) {
    return text.size() <= max_plain_bytes && text.find("=?") == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

/// A name before an address: a quoted string, or encoded words.
std::string display_name(std::string_view name) {
    if (!is_plain(name)) return header_text(name);
    std::string made = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\') made += '\\';
        made += c;
    }
    return made += '"';
}

void add_part(std::string& to, const char* type, std::string_view text) {
    ((to += "Content-Type: ") += type) += "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    to += base64_lines(text);
}

} // namespace

std::string base64_lines(std::string_view bytes) {
    constexpr std::size_t bytes_a_line = 57;
    std::string made;
    for (std::size_t at = 0; at < bytes.size(); at += bytes_a_line)
        (made += base64(bytes.substr(at, bytes_a_line))) += "\r\n";
    return made;
}

std::string header_text(std::string_view text) {
    auto safe = kit::one_line(text, max_header_bytes);
    if (is_plain(safe)) return safe;
    std::string made;
    for (std::string_view rest = safe; !rest.empty();) {
        std::size_t taken = 0;
        while (taken < rest.size()) {
            const auto next = kit::character_size(rest.substr(taken)); // words end between characters
            if (taken + next > bytes_a_word) break;
            taken += next;
        }
        if (!made.empty()) made += "\r\n ";
        ((made += "=?UTF-8?B?") += base64(rest.substr(0, taken))) += "?=";
        rest.remove_prefix(taken);
    }
    return made;
}

std::string message_of(const message_parts& all) {
    std::string made;
    const auto header = [&](const char* name, std::string_view value) {
        (((made += name) += ": ") += value) += "\r\n";
    };
    header("Date", all.date);
    header("From", all.from_name.empty() ? all.from : display_name(all.from_name) + "\r\n <" + all.from + ">");
    std::string to;
    for (const auto& one : all.to) (to += to.empty() ? "" : ",\r\n ") += one;
    header("To", to);
    header("Subject", header_text(all.subject));
    header("Message-ID", "<" + all.identity + all.from.substr(all.from.find('@')) + ">");
    header("Auto-Submitted", "auto-generated"); // RFC 3834: no automatic reply
    header("MIME-Version", "1.0");
    if (all.html.empty()) {
        add_part(made, "text/plain", all.text);
        return made;
    }
    const auto boundary = "=_" + all.identity; // which never occurs in base64
    header("Content-Type", "multipart/alternative;\r\n boundary=\"" + boundary + "\"");
    ((made += "\r\n--") += boundary) += "\r\n";
    add_part(made, "text/plain", all.text);
    ((made += "--") += boundary) += "\r\n";
    add_part(made, "text/html", all.html);
    return ((made += "--") += boundary) += "--\r\n";
}

} // namespace releve::mail
