// SPDX-License-Identifier: Apache-2.0
// Converts a group to a typed value. Data that does not have its label's format is rejected: a checksum of six bits
// lets one damaged group in 64 through.
#pragma once
#include "decoder/horodate.hpp"
#include "decoder/labels.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace releve::teleinfo {

struct tic_value {
    const tic_label* label = nullptr;
    std::uint64_t number = 0; // digits, index, hex, relays; without the label's scale
    std::string_view text;    // the data unchanged; valid as long as the group's views
    horodate at;              // of a stamped label
};

enum class tic_verdict : std::uint8_t {
    good,
    malformed, // a known label, but not its format
    unknown,   // a label of neither table; it may be read with read_other
};

tic_verdict read_value(const tic_group& group, tic_value& out) noexcept;
/// The same, a little faster, for the groups of one line one after the other.
tic_verdict read_value(const tic_group& group, label_order& order, tic_value& out) noexcept;

/// What a group with an unknown label holds: a number with a unit as PME-PMI and ICE write it ("12345kWh"), a number of
/// at most 15 digits, or a text.
struct other_value {
    bool is_number = false;
    double number = 0;     // in `unit`
    std::string_view unit; // UCUM; "1" for a bare number
    std::string_view text;
    bool stamped = false; // it came with a horodate
    horodate at;
};
/// nullopt: not [A-Za-z][A-Za-z0-9+_-]*, or one flipped bit away from a known label, or control characters in the data,
/// or a horodate that is no time.
std::optional<other_value> read_other(const tic_group& group) noexcept;

} // namespace releve::teleinfo
