// SPDX-License-Identifier: Apache-2.0
#include "packet/residual_model.hpp"

#include <algorithm>
#include <bit>

namespace releve::sms {
namespace {
constexpr unsigned long_code = 20; // so many ones: the number itself follows, with its width
constexpr std::uint64_t learn_limit = std::uint64_t{1} << 40;
} // namespace

// With a mean of m, k bits are best from 2^k = 0.48 m on (there p^2 + p = 1 for p = exp(-2^k / m)).
unsigned residual_model::rice_bits() const { return static_cast<unsigned>(std::bit_width(spread * 31 / 1024)); }

void residual_model::learn(std::uint64_t distance) {
    const auto now = static_cast<std::int64_t>(16 * std::min(distance, learn_limit));
    const auto before = static_cast<std::int64_t>(spread);
    if (seen > 0) spread = static_cast<std::uint64_t>(before + ((now - before) / std::min<int>(seen, 8)));
    if (seen < 8) ++seen;
}

void residual_model::write(bit_writer& out, std::int64_t residual) {
    const auto distance = zigzag(residual);
    const auto k = rice_bits();
    if (seen < 2) {
        out.sized(distance);
    } else if (const auto quotient = distance >> k; quotient < long_code) {
        for (std::uint64_t i = 0; i < quotient; ++i) out.bit(true);
        out.bit(false);
        out.bits(distance, k);
    } else {
        for (unsigned i = 0; i < long_code; ++i) out.bit(true);
        out.sized(distance);
    }
    learn(distance);
}

std::int64_t residual_model::read(bit_reader& in) {
    const auto k = rice_bits();
    std::uint64_t distance = 0;
    if (seen < 2) {
        distance = in.sized();
    } else {
        std::uint64_t quotient = 0;
        while (quotient < long_code && in.bit()) ++quotient;
        if (quotient < long_code) {
            distance = (quotient << k) | in.bits(k);
        } else {
            distance = in.sized();
            if (distance >> k < long_code) in.fail(); // the short form would have done
        }
    }
    if (!in.failed()) learn(distance);
    return in.failed() ? 0 : unzigzag(distance);
}

} // namespace releve::sms
