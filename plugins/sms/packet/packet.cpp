// SPDX-License-Identifier: Apache-2.0
#include "packet/packet.hpp"

#include "packet/dictionary.hpp"
#include "packet/texts.hpp"
#include "packet/values.hpp"

#include <string>

namespace releve::sms {
namespace {

octets checked_key(std::span<const std::uint8_t> key) {
    if (key.size() != packet_key_size) throw packet_error{"the key of the packets has 32 octets"};
    return {key.begin(), key.end()};
}

/// How many of `count` items fit into `room`; write(n) returns the octets that n take.
template <class Write>
std::size_t max_that_fit(std::size_t count, std::size_t room, Write write) {
    if (write(count) <= room) return count;
    std::size_t fits = 0, too_many = count;
    while (too_many - fits > 1) {
        const auto middle = fits + (too_many - fits) / 2;
        (write(middle) <= room ? fits : too_many) = middle;
    }
    return fits;
}

bit_writer body_of(packet_state& state, std::span<const packet_record> numbers, std::span<const packet_record> texts) {
    bit_writer body;
    if (!texts.empty()) body.bit(!numbers.empty());
    write_records(body, state, numbers);
    write_texts(body, texts);
    return body;
}

bool read_body(bit_reader& in, packet_kind kind, packet_state& state, std::vector<packet_record>& records) {
    if (kind == packet_kind::definitions || kind == packet_kind::first_definitions) return read_definitions(in, state);
    const bool numbers = kind == packet_kind::values || in.bit();
    return (!numbers || read_records(in, state, records)) &&
           (kind == packet_kind::values || read_texts(in, state, records)) && in.at_end();
}

} // namespace

packet_writer::packet_writer(std::span<const std::uint8_t> key, std::size_t room, std::uint8_t time_decimals)
    : key_{checked_key(key)}
    , room_{room} {
    if (time_decimals > 9) throw packet_error{"times have at most 9 decimals"};
    if (room < frame_size + 32 || room > sms_octets) throw packet_error{"a packet has 41 to 140 octets"};
    state_.time_decimals = time_decimals;
}

void packet_writer::restart(std::optional<std::uint16_t> after) {
    packet_state fresh;
    fresh.number = after.value_or(state_.number);
    fresh.time_decimals = state_.time_decimals;
    state_ = fresh;
    defined_ = false;
}

std::vector<packet_message> packet_writer::define(std::span<const series_definition> series) {
    for (const auto& s : series)
        if (const auto* why = bad_definition(s)) throw packet_error{"series " + s.name + ": " + why};
    if (state_.series.size() + series.size() > max_packet_series)
        throw packet_error{"a dictionary has at most 4096 series"};
    std::vector<packet_message> messages;
    while (!series.empty()) {
        packet_state after;
        bit_writer body;
        const auto write = [&](std::size_t count) {
            after = state_;
            body = {};
            if (!defined_) body.bits(state_.time_decimals, 4);
            write_definitions(body, after, series.data(), count);
            return body.bytes().size() + frame_size;
        };
        const auto count = max_that_fit(series.size(), room_, write);
        if (count == 0) throw packet_error{"series " + series[0].name + ": its definition is too long for one message"};
        write(count);
        after.number = static_cast<std::uint16_t>(state_.number + 1);
        const auto kind = defined_ ? packet_kind::definitions : packet_kind::first_definitions;
        messages.push_back(
            {after.number, seal(kind, after.number, body.bytes(), defined_ ? state_.bytes() : octets{}, key_)});
        state_ = after;
        defined_ = true;
        series = series.subspan(count);
    }
    return messages;
}

packet_message packet_writer::pack(std::span<const packet_record> numbers, std::span<const packet_record> texts) {
    auto after = state_;
    const auto body = body_of(after, numbers, texts);
    after.number = static_cast<std::uint16_t>(state_.number + 1);
    const auto kind = texts.empty() ? packet_kind::values : packet_kind::texts;
    packet_message made{after.number, seal(kind, after.number, body.bytes(), state_.bytes(), key_)};
    state_ = std::move(after);
    return made;
}

std::vector<packet_message> packet_writer::report(std::span<const packet_record> records) {
    std::vector<packet_record> all_numbers, all_texts;
    for (const auto& r : records) {
        const auto* why = bad_record(r, state_);
        if (why == nullptr && r.text.size() > longest_text(room_)) why = "the text is too long for a message";
        if (why != nullptr) throw packet_error{"record of series " + std::to_string(r.series) + ": " + why};
        (state_.series[r.series].text ? all_texts : all_numbers).push_back(r);
    }
    std::span<const packet_record> numbers{all_numbers}, texts{all_texts};
    const auto size = [&](std::size_t of_numbers, std::size_t of_texts) {
        auto after = state_;
        return body_of(after, numbers.first(of_numbers), texts.first(of_texts)).bytes().size() + frame_size;
    };
    std::vector<packet_message> messages;
    while (!numbers.empty() || !texts.empty()) {
        const auto n = max_that_fit(numbers.size(), room_, [&](std::size_t count) { return size(count, 0); });
        const bool all = n == numbers.size(); // then there may be room beside them
        const auto t = all ? max_that_fit(texts.size(), room_, [&](std::size_t count) { return size(n, count); }) : 0;
        messages.push_back(pack(numbers.first(n), texts.first(t)));
        numbers = numbers.subspan(n);
        texts = texts.subspan(t);
    }
    return messages;
}

const char* to_string(packet_verdict verdict) {
    switch (verdict) {
    case packet_verdict::accepted:
        return "accepted";
    case packet_verdict::not_a_packet:
        return "not a packet of this version";
    case packet_verdict::not_authentic:
        return "damaged, forged, or of another key";
    case packet_verdict::unknown_kind:
        return "of an unknown kind";
    case packet_verdict::repeated:
        return "repeated";
    case packet_verdict::early:
        return "early: one before it is missing";
    case packet_verdict::other_state:
        return "built on something else than what is known here";
    case packet_verdict::malformed:
        return "authentic, and malformed";
    }
    return "unknown";
}

packet_reader::packet_reader(std::span<const std::uint8_t> key)
    : key_{checked_key(key)} {}

packet_content packet_reader::read(std::span<const std::uint8_t> message) {
    packet_content content;
    frame f;
    const auto fault = open_frame(message, key_, f);
    if (fault == frame_fault::mac) content.verdict = packet_verdict::not_authentic;
    if (fault != frame_fault::none) return content;
    content.number = f.number;
    const auto refuse = [&](packet_verdict why) {
        content.records.clear();
        content.verdict = why;
        return content;
    };
    if (f.kind == packet_kind::acknowledgement || f.kind > packet_kind::texts)
        return refuse(packet_verdict::unknown_kind);
    const auto ahead = static_cast<std::int16_t>(static_cast<std::uint16_t>(f.number - state_.number));
    if (defined_ && (ahead <= 0 || ahead > max_packets_ahead)) return refuse(packet_verdict::repeated);
    const bool first = f.kind == packet_kind::first_definitions;
    if (!first && (!defined_ || ahead > 1)) return refuse(packet_verdict::early);
    if (!crc_agrees(message, first ? octets{} : state_.bytes())) return refuse(packet_verdict::other_state);

    auto after = first ? packet_state{} : state_;
    bit_reader in{f.body};
    if (first) after.time_decimals = static_cast<std::uint8_t>(in.bits(4));
    if (after.time_decimals > 9) return refuse(packet_verdict::malformed);
    if (!read_body(in, f.kind, after, content.records)) return refuse(packet_verdict::malformed);
    after.number = f.number;
    state_ = std::move(after);
    defined_ = true;
    content.verdict = packet_verdict::accepted;
    return content;
}

} // namespace releve::sms
