// SPDX-License-Identifier: Apache-2.0
#include "packet/frame.hpp"

#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/utils.h>

#include <array>
#include <cstring>

namespace releve::sms {
namespace {

constexpr std::size_t crc_size = 2, mac_size = frame_check_size - crc_size;

std::array<std::uint8_t, mac_size> mac(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> key) {
    std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> whole{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key.data(), key.size());
    crypto_auth_hmacsha256_update(&state, bytes.data(), bytes.size());
    crypto_auth_hmacsha256_final(&state, whole.data());
    sodium_memzero(&state, sizeof state);
    std::array<std::uint8_t, mac_size> short_mac{};
    std::memcpy(short_mac.data(), whole.data(), mac_size);
    return short_mac;
}

/// The CRC of each octet: a link runs it over the state of all its series with each packet.
constexpr auto crc_table = [] {
    std::array<std::uint16_t, 256> made{};
    for (unsigned i = 0; i < made.size(); ++i) {
        unsigned crc = i << 8;
        for (int bit = 0; bit < 8; ++bit) crc = ((crc << 1) ^ ((crc & 0x8000U) != 0 ? 0x1021U : 0U)) & 0xFFFFU;
        made[i] = static_cast<std::uint16_t>(crc);
    }
    return made;
}();

void put16(octets& out, unsigned number) {
    out.push_back(static_cast<std::uint8_t>(number >> 8));
    out.push_back(static_cast<std::uint8_t>(number));
}

} // namespace

std::uint16_t crc16(std::span<const std::uint8_t> bytes, std::uint16_t before) {
    unsigned crc = before;
    for (const auto byte : bytes) crc = ((crc << 8) & 0xFFFFU) ^ crc_table[(crc >> 8) ^ byte];
    return static_cast<std::uint16_t>(crc);
}

octets seal(packet_kind kind, std::uint16_t number, std::span<const std::uint8_t> body,
            std::span<const std::uint8_t> known, std::span<const std::uint8_t> key) {
    octets out{static_cast<std::uint8_t>((packet_version << 4) | static_cast<unsigned>(kind))};
    put16(out, number);
    out.insert(out.end(), body.begin(), body.end());
    put16(out, crc16(out, crc16(known)));
    const auto check = mac(out, key);
    out.insert(out.end(), check.begin(), check.end());
    return out;
}

frame_fault open_frame(std::span<const std::uint8_t> message, std::span<const std::uint8_t> key, frame& out) {
    if (message.size() < frame_size || message.size() > sms_octets) return frame_fault::size;
    if (message[0] >> 4 != packet_version) return frame_fault::version;
    const auto checked = message.first(message.size() - mac_size);
    const auto expected = mac(checked, key);
    if (sodium_memcmp(expected.data(), message.last(mac_size).data(), mac_size) != 0) return frame_fault::mac;
    out.kind = static_cast<packet_kind>(message[0] & 0x0F);
    out.number = static_cast<std::uint16_t>((message[1] << 8) | message[2]);
    out.body = message.subspan(frame_header_size, message.size() - frame_size);
    return frame_fault::none;
}

bool crc_agrees(std::span<const std::uint8_t> message, std::span<const std::uint8_t> known) {
    if (message.size() < frame_size) return false;
    const auto covered = message.first(message.size() - frame_check_size);
    const auto sent = message.subspan(covered.size(), crc_size);
    return crc16(covered, crc16(known)) == ((sent[0] << 8) | sent[1]);
}

} // namespace releve::sms
