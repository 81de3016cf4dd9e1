// SPDX-License-Identifier: Apache-2.0
// The frame of every packet: version, kind, number; a CRC that begins with the state that both ends know; a keyed MAC.
#pragma once

#include "pdu/octets.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace releve::sms {

constexpr unsigned packet_version = 1;
constexpr std::size_t frame_header_size = 3, frame_check_size = 6;
constexpr std::size_t frame_size = frame_header_size + frame_check_size;
constexpr std::size_t sms_octets = 140; // of one message; 80 as base16
constexpr std::size_t sms_octets_base16 = 80;
constexpr std::size_t packet_key_size = 32;

enum class packet_kind : std::uint8_t {
    values = 0,
    definitions = 1,
    first_definitions = 2,
    acknowledgement = 3,
    texts = 4
};

struct frame {
    packet_kind kind = packet_kind::values;
    std::uint16_t number = 0;
    std::span<const std::uint8_t> body;
};

enum class frame_fault { none, size, version, mac };

octets seal(packet_kind kind, std::uint16_t number, std::span<const std::uint8_t> body,
            std::span<const std::uint8_t> known, std::span<const std::uint8_t> key);
/// The frame of a message whose MAC is right; its body points into the message.
frame_fault open_frame(std::span<const std::uint8_t> message, std::span<const std::uint8_t> key, frame& out);
/// Whether the sender had the same state before this packet, and no bit has changed since.
bool crc_agrees(std::span<const std::uint8_t> message, std::span<const std::uint8_t> known);

/// CRC-16/IBM-3740 ("CCITT-FALSE"): polynomial 1021, initial value FFFF. `before`: the CRC of what came before.
std::uint16_t crc16(std::span<const std::uint8_t> bytes, std::uint16_t before = 0xFFFF);

} // namespace releve::sms
