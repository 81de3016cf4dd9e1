// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace teleinfo_player {

enum class fault { none, parity, noise, silence, cut };

constexpr std::string_view fault_names = "none, parity, noise, silence, cut";
std::optional<fault> fault_named(std::string_view name);

/// What happens to a line. The same seed does the same damage.
class damage {
public:
    damage(fault kind, std::uint64_t seed)
        : kind_{kind}
        , random_{seed} {}

    /// `frame` as it is sent. A byte above 0x7F: one that arrives with the wrong parity.
    std::string done_to(std::string frame);
    /// Whether nothing is sent at this time: 20 s of each minute.
    bool silent_at(std::int64_t utc_s) const { return kind_ == fault::silence && utc_s % 60 >= 40; }

private:
    fault kind_;
    std::mt19937_64 random_;
    std::uint64_t frames_ = 0;
};

} // namespace teleinfo_player
