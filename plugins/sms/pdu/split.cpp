// SPDX-License-Identifier: Apache-2.0
#include "pdu/gsm7.hpp"
#include "pdu/unicode.hpp"
#include "pdu/user_data.hpp"

#include <releve/kit/text/utf8.hpp>

#include <algorithm>

namespace releve::sms {
namespace {

constexpr std::size_t sms_size = 140, sms_septets = 160;

std::size_t header_size(bool wide) { return wide ? 7 : 6; }

void number_parts(std::vector<user_data>& parts, std::uint16_t reference, bool wide) {
    if (parts.size() > 255) throw pdu_error{"a text or data of more than 255 messages"};
    if (parts.size() < 2) return;
    const auto total = static_cast<std::uint8_t>(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i)
        parts[i].headers.push_back(header_of({reference, wide, total, static_cast<std::uint8_t>(i + 1)}));
}

} // namespace

std::vector<user_data> split_octets(std::span<const std::uint8_t> bytes, std::uint16_t reference, bool wide) {
    const auto room = bytes.size() <= sms_size ? sms_size : sms_size - header_size(wide);
    std::vector<user_data> parts;
    do {
        const auto piece = bytes.first(std::min(room, bytes.size()));
        parts.push_back({0x04, {}, {}, {piece.begin(), piece.end()}});
        bytes = bytes.subspan(piece.size());
    } while (!bytes.empty());
    number_parts(parts, reference, wide);
    return parts;
}

std::vector<user_data> split_text(std::string_view utf8, std::uint16_t reference, bool wide) {
    const auto characters = code_points(utf8);
    if (!characters) throw pdu_error{"the text is not UTF-8"};
    const auto septets = to_septets(utf8);
    const auto cost = [&](char32_t c) -> std::size_t {
        if (!septets) return c < 0x10000 ? 2 : 4;
        std::string one;
        kit::append_utf8(one, c);
        return to_septets(one)->size();
    };
    std::size_t all = 0;
    for (const auto c : *characters) all += cost(c);
    const auto single = septets ? sms_septets : sms_size;
    const auto room = all <= single ? single
                      : septets     ? sms_septets - (header_size(wide) * 8 + 6) / 7
                                    : sms_size - header_size(wide);
    const auto coding = static_cast<std::uint8_t>(septets ? 0x00 : 0x08);
    std::vector<user_data> parts{{coding, {}, {}, {}}};
    std::size_t used = 0;
    for (const auto c : *characters) {
        if (used + cost(c) > room) {
            parts.push_back({coding, {}, {}, {}});
            used = 0;
        }
        kit::append_utf8(parts.back().text, c);
        used += cost(c);
    }
    number_parts(parts, reference, wide);
    return parts;
}

} // namespace releve::sms
