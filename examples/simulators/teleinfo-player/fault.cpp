// SPDX-License-Identifier: Apache-2.0
#include "fault.hpp"

#include <array>

namespace teleinfo_player {

std::optional<fault> fault_named(std::string_view name) {
    constexpr std::array<std::string_view, 5> names{"none", "parity", "noise", "silence", "cut"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<fault>(i);
    }
    return std::nullopt;
}

std::string damage::done_to(std::string frame) {
    const bool third = ++frames_ % 3 == 0;
    if (kind_ == fault::parity || kind_ == fault::noise) {
        for (char& c : frame) {
            if (random_() % 300 != 0) continue;
            // Noise comes with the right parity, as when two bits are hit: only the checksum can detect it.
            const auto wrong = kind_ == fault::parity ? 0x80U : 1U + static_cast<unsigned>(random_() % 0x7F);
            c = static_cast<char>(static_cast<unsigned char>(c) ^ wrong);
        }
    } else if (kind_ == fault::cut && third) {
        const auto middle = frame.find('\r', frame.size() / 2);
        frame.resize(middle + 1);
        frame += '\x04'; // EOT after a whole group (54E §5.3.5)
    }
    return frame;
}

} // namespace teleinfo_player
