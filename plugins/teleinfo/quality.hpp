// SPDX-License-Identifier: Apache-2.0
// The quality of the line as series: whether a fault is the line's or the software's.
#pragma once
#include "decoder/line.hpp"

#include <releve/source.hpp>

#include <string_view>

namespace releve::teleinfo {

constexpr std::string_view mode_name(tic_mode of) noexcept {
    switch (of) {
    case tic_mode::historique:
        return "historique";
    case tic_mode::standard:
        return "standard";
    case tic_mode::unknown:
        break;
    }
    return "unknown";
}

class tic_quality {
public:
    struct line {
        std::uint64_t good = 0, bad = 0, unknown = 0, frames = 0;
        duration age{}; // since the last good frame
        tic_mode mode = tic_mode::unknown;
        int speed = 0; // 0: the port has none
    };
    /// `every` 0: nothing is reported.
    tic_quality(context& host, duration every);
    void report(output& out, const line& now);

private:
    context& host_;
    duration every_, next_{}; // steady
    series good_, bad_, unknown_, frames_, age_, mode_, speed_;
};

} // namespace releve::teleinfo
