// SPDX-License-Identifier: Apache-2.0
#include "wire.hpp"

#include <bit>

namespace teleinfo_player {

void wire::send(std::string_view bytes, int baud) {
    baud_ = baud;
    at_s_ = 0;
    in_break_ = false;
    levels_.clear();
    levels_.reserve(bytes.size() * 10 + 1000);
    for (const char c : bytes) {
        const auto bits = static_cast<unsigned char>(c);
        levels_.push_back(false);
        for (unsigned bit = 0; bit < 7; ++bit) levels_.push_back((bits >> bit & 1U) != 0);
        // A byte above 0x7F is one whose parity bit arrives wrong.
        const bool odd = std::popcount(static_cast<unsigned>(bits & 0x7FU)) % 2 != 0;
        levels_.push_back(odd != (bits > 0x7F));
        levels_.push_back(true);
    }
    levels_.resize(levels_.size() + static_cast<std::size_t>(gap_s * baud), true);
}

bool wire::level(double at_s) const {
    const auto bit = static_cast<std::size_t>(at_s * baud_);
    return bit >= levels_.size() || levels_[bit];
}

std::size_t wire::first_low(double from_s) const {
    auto bit = static_cast<std::size_t>(from_s * baud_);
    while (bit < levels_.size() && levels_[bit]) ++bit;
    return bit;
}

std::string wire::hear(int port_baud, double until_s) {
    std::string heard;
    while (true) {
        while (in_break_ && at_s_ < until_s) { // a break ends before another start bit can begin
            at_s_ += 0.5 / baud_;
            in_break_ = !level(at_s_);
        }
        if (in_break_) return heard;
        const std::size_t start = first_low(at_s_);
        // A hair into the bit, so that rounding does not fall on the edge.
        const double start_s = (static_cast<double>(start) + 1e-6) / baud_;
        const double stop_s = start_s + 9.5 / port_baud;
        if (start == levels_.size() || stop_s > until_s) return heard;
        unsigned bits = 0;
        for (unsigned bit = 0; bit < 8; ++bit) {
            if (level(start_s + (bit + 1.5) / port_baud)) bits |= 1U << bit;
        }
        in_break_ = !level(stop_s);
        const bool good = !in_break_ && std::popcount(bits) % 2 == 0;
        heard += good ? static_cast<char>(bits & 0x7FU) : '\0';
        at_s_ = stop_s;
    }
}

} // namespace teleinfo_player
