// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace releve::mail {

/// The content of a mail. Texts are UTF-8; addresses and the identity are ASCII.
struct message_parts {
    std::string date; // of RFC 5322
    std::string from, from_name;
    std::vector<std::string> to;
    std::string subject;
    std::string identity; // hexadecimal: in the Message-ID, and in the boundary between the parts
    std::string text;
    std::string html; // empty: no such part
};

/// The message as it goes over the wire (RFC 5322, 2045, 2047): CRLF, no line over 300 bytes, ASCII only.
std::string message_of(const message_parts& all);

/// The value of a header by RFC 2047: unchanged where that is safe, else encoded words, folded. Every line end in it is
/// a fold.
std::string header_text(std::string_view text);

/// RFC 4648, in lines of 76 characters.
std::string base64_lines(std::string_view bytes);

} // namespace releve::mail
