// SPDX-License-Identifier: Apache-2.0
#include "player.hpp"

namespace teleinfo_player {

player::player(const playing& how, std::int64_t utc_s, double steady_s)
    : how_{how}
    , home_{how.seed}
    , damage_{how.damaged_by, how.seed}
    , now_{how.only.value_or(mode::historique)}
    , mode_since_s_{steady_s} {
    next_frame(utc_s, steady_s);
}

void player::next_frame(std::int64_t utc_s, double steady_s) {
    if (!how_.only && steady_s - mode_since_s_ >= how_.switch_every_s) {
        now_ = now_ == mode::historique ? mode::standard : mode::historique;
        mode_since_s_ = steady_s;
    }
    frame_since_s_ = steady_s;
    const bool silent = damage_.silent_at(utc_s);
    wire_.send(silent ? std::string{} : damage_.done_to(frame_of(now_, home_.at(utc_s), how_.seed)), baud(now_));
}

std::string player::hear(int port_baud, std::int64_t utc_s, double steady_s) {
    std::string heard;
    while (true) {
        if (port_baud > 0) heard += wire_.hear(port_baud, steady_s - frame_since_s_);
        const double end_s = frame_since_s_ + wire_.duration_s();
        if (steady_s < end_s) return heard;
        ++frames_;
        // A program that was suspended continues from now: the line did not wait for it.
        next_frame(utc_s, steady_s - end_s < 1 ? end_s : steady_s);
    }
}

} // namespace teleinfo_player
