// SPDX-License-Identifier: Apache-2.0
// The distance of a number from its expected value, in few bits: Rice's code, whose parameter follows the distances
// so far.
#pragma once

#include "packet/bit_stream.hpp"

#include <cstdint>

namespace releve::sms {

/// 0, -1, 1, -2, 2 ... to 0, 1, 2, 3, 4 ...
constexpr std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
}

struct residual_model {
    std::uint8_t seen = 0;    // up to 8; the first two are written with their width
    std::uint64_t spread = 0; // sixteen times the mean of the zigzagged residuals

    void write(bit_writer& out, std::int64_t residual);
    std::int64_t read(bit_reader& in);

private:
    unsigned rice_bits() const;
    void learn(std::uint64_t distance);
};

} // namespace releve::sms
