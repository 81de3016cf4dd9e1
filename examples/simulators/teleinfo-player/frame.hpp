// SPDX-License-Identifier: Apache-2.0
// What a single-phase Linky sends, after Enedis-NOI-CPT_54E v3.
#pragma once
#include "household.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace teleinfo_player {

enum class mode { historique, standard };

constexpr int baud(mode which) { return which == mode::historique ? 1200 : 9600; }

/// SAAMMJJhhmmss, in the time of mainland France (54E §6.2.1.1).
std::string horodate(std::int64_t utc_s);

/// STX, groups, ETX (54E §5.3.5): the groups in the order in which they were added.
class frame {
public:
    explicit frame(mode which)
        : mode_{which} {}

    void add(std::string_view label, std::string_view data);
    void add(std::string_view label, std::int64_t utc_s, std::string_view data);
    std::string bytes() const { return '\x02' + groups_ + '\x03'; }

private:
    mode mode_;
    std::string groups_;
};

/// A whole frame. `seed` makes the meter's own numbers.
std::string frame_of(mode which, const reading& now, std::uint64_t seed);

} // namespace teleinfo_player
