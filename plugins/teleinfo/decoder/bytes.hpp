// SPDX-License-Identifier: Apache-2.0
// Eight characters at a time. The first character is in the least significant byte, on every machine.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace releve::teleinfo {

constexpr std::uint64_t every_byte(std::uint8_t value) noexcept { return 0x0101010101010101u * value; }

inline std::uint64_t load_bytes(const char* at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
}

/// The first `count` (0..8) bytes of a word.
constexpr std::uint64_t low_bytes(std::uint64_t word, std::size_t count) noexcept {
    return count >= 8 ? word : word & ((std::uint64_t{1} << (count * 8)) - 1);
}

/// Sums of even and odd bytes as four 16-bit lanes: up to 128 words may be added before fold_lanes.
constexpr std::uint64_t byte_lanes(std::uint64_t word) noexcept {
    return (word & 0x00ff00ff00ff00ffu) + ((word >> 8) & 0x00ff00ff00ff00ffu);
}
constexpr unsigned fold_lanes(std::uint64_t lanes) noexcept {
    return static_cast<unsigned>((lanes * 0x0001000100010001u) >> 48);
}

/// Whether all eight bytes are '0'..'9'.
constexpr bool all_digits(std::uint64_t word) noexcept {
    return ((word & every_byte(0xf0)) | (((word + every_byte(0x06)) & every_byte(0xf0)) >> 4)) == every_byte(0x33);
}

/// The number that eight digits write.
constexpr std::uint64_t number_of_digits(std::uint64_t word) noexcept {
    word -= every_byte('0');
    word = (word * 10) + (word >> 8);
    return (((word & 0x000000ff000000ffu) * 0x000f424000000064u) +
            (((word >> 16) & 0x000000ff000000ffu) * 0x0000271000000001u)) >>
           32;
}

} // namespace releve::teleinfo
