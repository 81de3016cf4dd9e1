// SPDX-License-Identifier: Apache-2.0
// The content of a message: a header, then text or octets (3GPP TS 23.040, 9.2.3.24; TS 23.038, 4).
#pragma once

#include "pdu/octet_reader.hpp"

#include <optional>

namespace releve::sms {

enum class pdu_alphabet { gsm7, data8, ucs2 };

struct header_element {
    std::uint8_t id = 0;
    octets data;
    bool operator==(const header_element&) const = default;
};

struct user_data {
    std::uint8_t coding = 0;             // the data coding scheme, as on the wire: 00 GSM-7, 04 octets, 08 UCS-2
    std::vector<header_element> headers; // 00 and 08: concatenation
    std::string text;                    // UTF-8; empty when the alphabet is octets
    octets bytes;                        // empty when it is not
    /// The text as it came: septets, or the octets of UCS-2; written instead of `text` where it is not empty. A
    /// character may be cut between two messages.
    octets units = {};
    bool operator==(const user_data& other) const {
        return coding == other.coding && headers == other.headers && text == other.text && bytes == other.bytes;
    }
};

struct read_text {
    std::string text;
    /// False: U+FFFD stands for what is no text (half a character, a control character), or the text was written with
    /// a national table, which is not known here.
    bool is_whole = true;
};
/// Of one message, or of following parts of one, which have the same alphabet: characters may be cut between them.
/// NULs at the end of a part only fill it.
read_text text_of(std::span<const user_data* const> parts);

struct concatenation {
    std::uint16_t reference = 0;
    bool wide = false; // a reference of 16 bits
    std::uint8_t total = 1, part = 1;
    bool operator==(const concatenation&) const = default;
};

pdu_alphabet alphabet_of(std::uint8_t coding);
header_element header_of(const concatenation& c);
/// Of the last such element that is valid; nothing: there is none.
std::optional<concatenation> concatenation_of(const user_data& data);

user_data read_user_data(octet_reader& in, std::uint8_t coding, bool has_header);
/// The length and what it counts. Throws when it is more than 140 octets, or a character is not in the alphabet.
void write_user_data(octets& out, const user_data& data);

/// A text or octets in as many messages as needed; GSM-7 when it has all the characters, else UCS-2. No character is
/// cut.
std::vector<user_data> split_text(std::string_view utf8, std::uint16_t reference, bool wide = true);
std::vector<user_data> split_octets(std::span<const std::uint8_t> bytes, std::uint16_t reference, bool wide = true);

} // namespace releve::sms
