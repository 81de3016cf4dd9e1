// SPDX-License-Identifier: Apache-2.0
#include "speed.hpp"

namespace releve::teleinfo {

namespace {
constexpr std::int64_t second = 1'000'000'000;
} // namespace

void tic_speed::listen(std::int64_t steady_ns) noexcept {
    since_ns_ = steady_ns;
    groups_ = 0;
}

void tic_speed::begin(std::int64_t steady_ns) noexcept {
    found_ = false;
    listen(steady_ns);
}

/// Two frames at least of the longest kind; a found line may be silent or bad for longer before it is doubted.
std::int64_t tic_speed::timeout_ns() const noexcept {
    if (found_) return 10 * second;
    return now() < 4800 ? 6 * second : 4 * second;
}

bool tic_speed::inspect(std::int64_t steady_ns, std::size_t bytes, std::size_t groups) noexcept {
    if (bytes != 0) last_bytes_ns_ = steady_ns;
    groups_ += groups;
    if (groups != 0 && found_) {
        listen(steady_ns);
        return false;
    }
    if (groups_ >= 2) {
        found_ = true;
        listen(steady_ns);
        return false;
    }
    // Cut off or unpowered: another speed would be as silent. Only bytes that keep coming without a group are a reason
    // to doubt.
    if (found_ && steady_ns - last_bytes_ns_ > 3 * second) listen(steady_ns);
    if (steady_ns - since_ns_ < timeout_ns()) return false;
    found_ = false;
    const int before = now();
    at_ = (at_ + 1) % order_.size();
    listen(steady_ns);
    return now() != before;
}

} // namespace releve::teleinfo
