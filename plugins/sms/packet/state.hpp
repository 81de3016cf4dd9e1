// SPDX-License-Identifier: Apache-2.0
// What both ends of a link know after a packet: the dictionary, and what is expected of each series next.
#pragma once

#include "packet/residual_model.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace releve::sms {

struct series_definition {
    std::string name;
    std::string unit;                // a UCUM code
    std::vector<std::string> labels; // "key=value", sorted
    int decimals = 0;                // of the resolution: 3 is 0.001, -1 is 10; -9 to 9
    bool counter = false;
    bool text = false; // its values are texts: no decimals, no counter
    bool operator==(const series_definition&) const = default;
};

struct packet_record {
    std::int64_t time = 0; // since 1970, in the dictionary's unit of time
    std::uint32_t series = 0;
    std::int64_t steps = 0;   // of the resolution; 0 when absent, or a text
    std::uint8_t quality = 0; // the contract's: 0 good, 1 suspect, 2 estimated, 3 absent
    std::string text;         // UTF-8, of a series of texts
    bool operator==(const packet_record&) const = default;
};

/// Greatest magnitudes: what a double holds exactly; a time in nanoseconds until 2043.
constexpr std::int64_t steps_limit = std::int64_t{1} << 53;
constexpr std::int64_t time_limit = std::int64_t{1} << 61;
constexpr std::uint8_t quality_absent = 3;
/// Replaces the decimals of a series of texts.
constexpr int decimals_of_text = 22;

/// One series: a gauge is expected to stay, a counter to continue at its rate.
struct series_track {
    residual_model residual;
    std::int64_t steps = 0;
    std::int64_t seconds = 0; // time of the last value
    std::int64_t rate = 0;    // steps in 2^20 seconds

    std::int64_t expected(std::int64_t at_seconds) const;
    void learn(std::int64_t value, std::int64_t at_seconds, bool counter);
};

struct packet_state {
    std::uint16_t number = 0;       // of the packet that made this state
    std::uint8_t time_decimals = 0; // 0: times are whole seconds, 3: milliseconds, 9: nanoseconds
    std::vector<series_definition> series;
    std::vector<series_track> tracks;
    residual_model time_residual;
    std::int64_t time = 0;
    std::int64_t interval = 0;

    std::int64_t seconds(std::int64_t time_of_record) const;
    std::int64_t expected_time() const;
    void learn_time(std::int64_t value);
    /// The state in bytes, the same on every machine: what the packet's CRC begins with.
    std::vector<std::uint8_t> bytes() const;
};

} // namespace releve::sms
