// SPDX-License-Identifier: Apache-2.0
// Bits, most significant first, and the two codes that everything in a packet is written with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace releve::sms {

class bit_writer {
    std::vector<std::uint8_t> bytes_;
    std::size_t used_ = 0;

public:
    void bits(std::uint64_t value, unsigned count);
    void bit(bool value) { bits(value ? 1 : 0, 1); }
    /// Elias gamma of value + 1: short for small numbers, 1 bit for 0. value < 2^63.
    void small(std::uint64_t value);
    /// Its width in 6 bits, then its bits: for values of unknown size. value < 2^63.
    void sized(std::uint64_t value);
    std::size_t size() const { return used_; }
    const std::vector<std::uint8_t>& bytes() const { return bytes_; }
};

/// Reading beyond the end gives zeros and is remembered.
class bit_reader {
    std::span<const std::uint8_t> bytes_;
    std::size_t used_ = 0;
    bool failed_ = false;

public:
    explicit bit_reader(std::span<const std::uint8_t> bytes)
        : bytes_{bytes} {}
    std::uint64_t bits(unsigned count);
    bool bit() { return bits(1) != 0; }
    std::uint64_t small();
    std::uint64_t sized();
    void fail() { failed_ = true; }
    bool failed() const { return failed_; }
    std::size_t left() const { return (bytes_.size() * 8) - used_; }
    /// True when less than an octet of zeros is left: each content has one encoding.
    bool at_end();
};

} // namespace releve::sms
