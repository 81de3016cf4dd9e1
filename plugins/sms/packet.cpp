// SPDX-License-Identifier: Apache-2.0
#include "packet.hpp"

#include "packet_dictionary.hpp"
#include "packet_values.hpp"

#include <string>

namespace releve::sms {
namespace {

octets checked_key(std::span<const std::uint8_t> key) {
    if (key.size() != packet_key_size) throw packet_error{"the key of the packets has 32 octets"};
    return {key.begin(), key.end()};
}

/// The most of count items that fit into room; write(n) gives the octets that n take. At least one must.
template <class Write>
std::size_t most_that_fit(std::size_t count, std::size_t room, Write write) {
    if (write(count) <= room) return count;
    std::size_t fits = 0, too_many = count;
    while (too_many - fits > 1) {
        const auto middle = fits + (too_many - fits) / 2;
        (write(middle) <= room ? fits : too_many) = middle;
    }
    return fits;
}

} // namespace

packet_writer::packet_writer(std::span<const std::uint8_t> key, std::size_t room, std::uint8_t time_decimals)
    : key_{checked_key(key)}
    , room_{room} {
    if (time_decimals > 9) throw packet_error{"times have at most 9 decimals"};
    if (room < frame_size + 32 || room > sms_octets) throw packet_error{"a packet has 41 to 140 octets"};
    state_.time_decimals = time_decimals;
}

void packet_writer::begin_anew(std::optional<std::uint16_t> after) {
    packet_state fresh;
    fresh.number = after.value_or(state_.number);
    fresh.time_decimals = state_.time_decimals;
    state_ = fresh;
    begun_ = false;
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
            if (!begun_) body.bits(state_.time_decimals, 4);
            write_definitions(body, after, series.data(), count);
            return body.bytes().size() + frame_size;
        };
        const auto count = most_that_fit(series.size(), room_, write);
        if (count == 0) throw packet_error{"series " + series[0].name + ": its definition is too long for one message"};
        write(count);
        after.number = static_cast<std::uint16_t>(state_.number + 1);
        const auto kind = begun_ ? packet_kind::definitions : packet_kind::first_definitions;
        messages.push_back(
            {after.number, seal(kind, after.number, body.bytes(), begun_ ? state_.bytes() : octets{}, key_)});
        state_ = after;
        begun_ = true;
        series = series.subspan(count);
    }
    return messages;
}

std::vector<packet_message> packet_writer::report(std::span<const packet_record> records) {
    for (const auto& r : records)
        if (const auto* why = bad_record(r, state_))
            throw packet_error{"record of series " + std::to_string(r.series) + ": " + why};
    std::vector<packet_message> messages;
    while (!records.empty()) {
        packet_state after;
        bit_writer body;
        const auto write = [&](std::size_t count) {
            after = state_;
            body = {};
            write_records(body, after, records.first(count));
            return body.bytes().size() + frame_size;
        };
        const auto count = most_that_fit(records.size(), room_, write);
        write(count);
        after.number = static_cast<std::uint16_t>(state_.number + 1);
        messages.push_back({after.number, seal(packet_kind::values, after.number, body.bytes(), state_.bytes(), key_)});
        state_ = after;
        records = records.subspan(count);
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
    if (f.kind > packet_kind::first_definitions) return refuse(packet_verdict::unknown_kind);
    const auto ahead = static_cast<std::int16_t>(static_cast<std::uint16_t>(f.number - state_.number));
    if (begun_ && ahead <= 0) return refuse(packet_verdict::repeated);
    const bool first = f.kind == packet_kind::first_definitions;
    if (!first && (!begun_ || ahead > 1)) return refuse(packet_verdict::early);
    if (!crc_agrees(message, first ? octets{} : state_.bytes())) return refuse(packet_verdict::other_state);

    auto after = first ? packet_state{} : state_;
    bit_reader in{f.body};
    if (first) after.time_decimals = static_cast<std::uint8_t>(in.bits(4));
    if (after.time_decimals > 9) return refuse(packet_verdict::malformed);
    const bool well =
        f.kind == packet_kind::values ? read_records(in, after, content.records) : read_definitions(in, after);
    if (!well) return refuse(packet_verdict::malformed);
    after.number = f.number;
    state_ = std::move(after);
    begun_ = true;
    content.verdict = packet_verdict::accepted;
    return content;
}

} // namespace releve::sms
