// SPDX-License-Identifier: Apache-2.0
// Checksums of batches on disk: SQLite does not notice when the disk changes the inside of a row.
#pragma once
#include <cstdint>
#include <cstring>
#include <span>

namespace releve::core {

/// Each step maps different states to different states, so one changed word always changes the sum.
inline std::uint64_t checksum(std::uint64_t seed, std::span<const std::byte> of) {
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
    auto sum = seed ^ (of.size() * odd);
    for (std::size_t at = 0; at < of.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, of.data() + at, of.size() - at < sizeof word ? of.size() - at : sizeof word);
        sum = (sum ^ word) * odd;
        sum ^= sum >> 32;
    }
    return sum;
}

/// The value of the column `checksum`.
inline std::int64_t checksum_of_batch(std::int64_t id, std::span<const std::byte> records,
                                      std::span<const std::byte> text) {
    return static_cast<std::int64_t>(checksum(checksum(static_cast<std::uint64_t>(id), records), text));
}

} // namespace releve::core
