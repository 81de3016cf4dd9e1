// SPDX-License-Identifier: Apache-2.0
// The meter on its line: which frame comes when.
#pragma once
#include "fault.hpp"
#include "frame.hpp"
#include "household.hpp"
#include "wire.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace teleinfo_player {

struct playing {
    std::optional<mode> only;   // empty: both, in turn
    double switch_every_s = 60; // both: how long each
    std::uint64_t seed = 1;
    fault damaged_by = fault::none;
};

/// No I/O and no clock: from the time that is passed in, it makes what a port receives.
class player {
public:
    player(const playing& how, std::int64_t utc_s, double steady_s);

    /// What a port that listens at `port_baud` has received since the last call. Times do not go back.
    std::string hear(int port_baud, std::int64_t utc_s, double steady_s);
    mode now() const { return now_; }
    /// Whole frames sent.
    std::uint64_t frames() const { return frames_; }

private:
    void next_frame(std::int64_t utc_s, double steady_s);

    playing how_;
    household home_;
    damage damage_;
    wire wire_;
    mode now_;
    double mode_since_s_;
    double frame_since_s_ = 0;
    std::uint64_t frames_ = 0;
};

} // namespace teleinfo_player
