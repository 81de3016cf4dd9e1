// SPDX-License-Identifier: Apache-2.0
// Detects the speed of a serial line by listening. No I/O: counts of received data go in, the speed to try comes out.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace releve::teleinfo {

class tic_speed {
public:
    /// Baud rates in the order in which they are tried; a single one is never changed.
    explicit tic_speed(std::vector<int> order)
        : order_{std::move(order)} {}

    int now() const noexcept { return order_[at_]; }
    /// Two valid groups of a frame arrived at this speed.
    bool found() const noexcept { return found_; }
    /// The port was opened: starts listening at the speed found last.
    void begin(std::int64_t steady_ns) noexcept;
    /// `bytes`, and `groups` (valid, in a frame): received since the last call. True: now() has changed, set the port
    /// to it.
    bool inspect(std::int64_t steady_ns, std::size_t bytes, std::size_t groups) noexcept;

private:
    void listen(std::int64_t steady_ns) noexcept;
    std::int64_t timeout_ns() const noexcept;
    std::vector<int> order_;
    std::size_t at_ = 0;
    bool found_ = false;
    std::int64_t since_ns_ = 0; // the trial began, or the last valid group came
    std::int64_t last_bytes_ns_ = 0;
    std::size_t groups_ = 0;
};

} // namespace releve::teleinfo
