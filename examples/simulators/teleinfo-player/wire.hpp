// SPDX-License-Identifier: Apache-2.0
// The wire between the meter and a serial port, bit by bit: what a port hears of a frame that is sent at one speed
// while it listens at its own. No I/O, no clock.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace teleinfo_player {

class wire {
public:
    /// Silence between two frames: 16.7 to 33.4 ms (54E §5.3.5).
    static constexpr double gap_s = 0.025;

    /// `bytes` begin to be sent now, as 7 bits with even parity at `baud`, and a gap after them.
    void send(std::string_view bytes, int baud);
    double duration_s() const { return static_cast<double>(levels_.size()) / baud_; }

    /// What a port of 7 bits with even parity that listens at `port_baud` has received since the last call, up to
    /// `until_s` after send(). As a Linux port does that checks parity: a byte with a wrong parity or stop bit is NUL.
    std::string hear(int port_baud, double until_s);

private:
    bool level(double at_s) const;
    std::size_t first_low(double from_s) const;

    std::vector<bool> levels_; // one for each bit of the wire's own speed; high is idle
    int baud_ = 1200;
    double at_s_ = 0;       // heard so far
    bool in_break_ = false; // low where a stop bit should have been
};

} // namespace teleinfo_player
