// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace releve::mail {

/// 128 bits that differ when what was added differs, and are the same in each process: FNV-1a, twice, with the order
/// kept and each text delimited by its size. Against accident, not against malice.
class fingerprint {
public:
    void add(std::string_view text) {
        add(static_cast<std::int64_t>(text.size()));
        for (const char c : text) add_byte(static_cast<unsigned char>(c));
    }
    void add(std::int64_t value) {
        const auto bits = static_cast<std::uint64_t>(value);
        for (unsigned shift = 0; shift < 64; shift += 8) add_byte(bits >> shift & 0xffU);
    }
    void add(double value) { add(std::bit_cast<std::int64_t>(value)); }
    /// 32 hexadecimal digits.
    std::string text() const {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string made;
        for (const auto half : state_)
            for (int shift = 60; shift >= 0; shift -= 4) made += digits[half >> static_cast<unsigned>(shift) & 0xfU];
        return made;
    }

private:
    void add_byte(std::uint64_t byte) {
        constexpr std::uint64_t prime = 0x100000001b3;
        state_[0] = (state_[0] ^ byte) * prime;
        state_[1] = (std::rotl(state_[1], 29) ^ (byte + 1)) * prime;
    }
    std::array<std::uint64_t, 2> state_{0xcbf29ce484222325, 0x9e3779b97f4a7c15};
};

} // namespace releve::mail
