// SPDX-License-Identifier: Apache-2.0
#include "pdu/user_data.hpp"

#include "pdu/gsm7.hpp"
#include "pdu/unicode.hpp"

#include <releve/kit/text/utf8.hpp>

#include <algorithm>

namespace releve::sms {
namespace {

constexpr std::size_t max_user_data = 140, max_septets = 160;

unsigned fill_bits(std::size_t header_octets) { return static_cast<unsigned>((7 - header_octets * 8 % 7) % 7); }
std::size_t header_septets(std::size_t header_octets) { return (header_octets * 8 + 6) / 7; }

octets header_octets_of(const std::vector<header_element>& headers) {
    octets out;
    if (headers.empty()) return out;
    out.push_back(0);
    for (const auto& h : headers) {
        if (h.data.size() > max_user_data) throw pdu_error{"a header element has at most 137 octets"};
        out.push_back(h.id);
        out.push_back(static_cast<std::uint8_t>(h.data.size()));
        out.insert(out.end(), h.data.begin(), h.data.end());
    }
    if (out.size() > max_user_data) throw pdu_error{"the header is longer than a message"};
    out[0] = static_cast<std::uint8_t>(out.size() - 1);
    return out;
}

std::vector<header_element> read_headers(std::span<const std::uint8_t> bytes) {
    std::vector<header_element> headers;
    octet_reader in{bytes};
    for (std::size_t used = 0; used < bytes.size();) {
        header_element h;
        h.id = in.octet("header");
        const std::size_t length = in.octet("header");
        const auto data = in.take(length, "header");
        h.data.assign(data.begin(), data.end());
        headers.push_back(std::move(h));
        used += length + 2;
    }
    return headers;
}

/// UCS-2 without the NULs at its end.
std::span<const std::uint8_t> without_filling(std::span<const std::uint8_t> utf16) {
    if (utf16.size() % 2 != 0 && utf16.back() == 0) utf16 = utf16.first(utf16.size() - 1);
    while (utf16.size() % 2 == 0 && !utf16.empty() && utf16.back() == 0 && utf16[utf16.size() - 2] == 0)
        utf16 = utf16.first(utf16.size() - 2);
    return utf16;
}

/// 23.040, 9.2.3.24.15 and 9.2.3.24.16: single shift and locking shift; 0 is the default table.
bool is_national(const header_element& one) {
    return (one.id == 0x24 || one.id == 0x25) && !(one.data.size() == 1 && one.data[0] == 0);
}

} // namespace

pdu_alphabet alphabet_of(std::uint8_t coding) {
    if (coding < 0x80) {
        if ((coding & 0x20U) != 0) return pdu_alphabet::data8; // compressed: nobody sends it
        const unsigned alphabet = (coding >> 2) & 3U;
        return alphabet == 1 ? pdu_alphabet::data8 : alphabet == 2 ? pdu_alphabet::ucs2 : pdu_alphabet::gsm7;
    }
    if (coding >= 0xF0) return (coding & 0x04U) != 0 ? pdu_alphabet::data8 : pdu_alphabet::gsm7;
    return coding >= 0xE0 ? pdu_alphabet::ucs2 : pdu_alphabet::gsm7;
}

header_element header_of(const concatenation& c) {
    const auto low = static_cast<std::uint8_t>(c.reference);
    if (!c.wide) return {0x00, {low, c.total, c.part}};
    return {0x08, {static_cast<std::uint8_t>(c.reference >> 8), low, c.total, c.part}};
}

std::optional<concatenation> concatenation_of(const user_data& data) {
    std::optional<concatenation> found;
    for (const auto& [id, d] : data.headers) {
        concatenation c;
        if (id == 0x00 && d.size() == 3)
            c = {d[0], false, d[1], d[2]};
        else if (id == 0x08 && d.size() == 4)
            c = {static_cast<std::uint16_t>((d[0] << 8) | d[1]), true, d[2], d[3]};
        else
            continue;
        if (c.part >= 1 && c.part <= c.total) found = c;
    }
    return found;
}

user_data read_user_data(octet_reader& in, std::uint8_t coding, bool has_header) {
    user_data data;
    data.coding = coding;
    const auto alphabet = alphabet_of(coding);
    const std::size_t length = in.octet("length of user data");
    const auto size = alphabet == pdu_alphabet::gsm7 ? (length * 7 + 7) / 8 : length;
    if (size > max_user_data) throw pdu_error{"more than 140 octets of user data"};
    const auto all = in.take(size, "user data");
    std::size_t header = 0;
    if (has_header) {
        if (all.empty() || all[0] + std::size_t{1} > all.size())
            throw pdu_error{"the header is longer than the user data"};
        header = all[0] + std::size_t{1};
        data.headers = read_headers(all.subspan(1, header - 1));
    }
    const auto rest = all.subspan(header);
    if (alphabet == pdu_alphabet::data8) {
        data.bytes.assign(rest.begin(), rest.end());
    } else if (alphabet == pdu_alphabet::ucs2) {
        data.units.assign(rest.begin(), rest.end());
        data.text = utf8_of_utf16(without_filling(rest));
    } else if (length > header_septets(header)) {
        data.units = unpack_septets(rest, length - header_septets(header), header == 0 ? 0 : fill_bits(header));
        data.text = from_septets(data.units);
    }
    return data;
}

read_text text_of(std::span<const user_data* const> parts) {
    read_text made;
    octets all;
    bool is_ucs2 = false;
    for (const auto* one : parts) {
        is_ucs2 = alphabet_of(one->coding) == pdu_alphabet::ucs2;
        const bool is_cut = one != parts.back() && one->units.size() % 2 != 0; // its last octet is half a unit
        const auto units = is_ucs2 && !is_cut ? without_filling(one->units) : std::span{one->units};
        all.insert(all.end(), units.begin(), units.end());
        made.is_whole &= is_ucs2 || std::none_of(one->headers.begin(), one->headers.end(), is_national);
    }
    const auto text = is_ucs2 ? utf8_of_utf16(all) : from_septets(all);
    made.text = without_controls(text);
    made.is_whole &= made.text == text && text.find(kit::replacement_character) == text.npos;
    return made;
}

void write_user_data(octets& out, const user_data& data) {
    auto all = header_octets_of(data.headers);
    const auto header = all.size();
    octets body = data.bytes;
    std::size_t length = 0;
    if (alphabet_of(data.coding) == pdu_alphabet::gsm7) {
        const auto septets = data.units.empty() ? to_septets(data.text) : std::optional{data.units};
        if (!septets) throw pdu_error{"the text has characters that GSM-7 has not"};
        body = pack_septets(*septets, header == 0 ? 0 : fill_bits(header));
        length = header_septets(header) + septets->size();
        if (length > max_septets) throw pdu_error{"more than 160 septets in one message"};
    } else if (alphabet_of(data.coding) == pdu_alphabet::ucs2 && !data.units.empty()) {
        body = data.units;
    } else if (alphabet_of(data.coding) == pdu_alphabet::ucs2) {
        const auto characters = code_points(data.text);
        if (!characters) throw pdu_error{"the text is not UTF-8"};
        for (const auto c : *characters) append_utf16(body, c);
    }
    all.insert(all.end(), body.begin(), body.end());
    if (all.size() > max_user_data) throw pdu_error{"more than 140 octets in one message"};
    if (alphabet_of(data.coding) != pdu_alphabet::gsm7) length = all.size();
    out.push_back(static_cast<std::uint8_t>(length));
    out.insert(out.end(), all.begin(), all.end());
}

} // namespace releve::sms
