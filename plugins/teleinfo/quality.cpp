// SPDX-License-Identifier: Apache-2.0
#include "quality.hpp"

namespace releve::teleinfo {

tic_quality::tic_quality(context& host, duration every)
    : host_{host}
    , every_{every} {
    if (every_ == duration::zero()) return;
    good_ = host.counter("line_groups_good", "1", "Groups that were understood since the node started");
    bad_ = host.counter("line_groups_bad", "1", "Groups with a wrong checksum or format since the node started");
    unknown_ =
        host.counter("line_groups_unknown", "1", "Right groups with a label that is not known, since the node started");
    frames_ = host.counter("line_frames", "1", "Frames since the node started");
    age_ = host.declare({.name = "line_age",
                         .quantity = "duration",
                         .unit = "s",
                         .help = "Time since the last good frame",
                         .resolution = 0.1});
    mode_ = host.text("line_mode", "Mode of the line: historique, standard, or unknown");
    next_ =
        host.steady() + std::min<duration>(every_, std::chrono::seconds{10}); // the first soon, once there is something
}

void tic_quality::report(output& out, const line& now) {
    if (every_ == duration::zero() || host_.steady() < next_) return;
    next_ = host_.steady() + every_;
    out.add(good_, static_cast<double>(now.good));
    out.add(bad_, static_cast<double>(now.bad));
    out.add(unknown_, static_cast<double>(now.unknown));
    out.add(frames_, static_cast<double>(now.frames));
    out.add(age_, std::chrono::duration<double>(now.age).count());
    out.add(mode_, mode_name(now.mode));
    if (now.speed == 0) return;
    if (!speed_) speed_ = host_.gauge("line_speed", "Bd", "Speed of the serial line");
    out.add(speed_, now.speed);
}

} // namespace releve::teleinfo
