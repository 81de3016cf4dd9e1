// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/batch.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace releve::sms {

/// A record with its series, which outlives its batch and the program.
struct record_copy {
    std::string name, unit;
    std::vector<std::pair<std::string, std::string>> labels; // also `site` and `device`
    std::int64_t time = 0;                                   // UTC, ns
    quality grade = quality::good;
    bool is_text = false;
    double number = 0;
    std::string text;

    bool operator==(const record_copy&) const = default;
    /// Empty when the series does not have it.
    std::string_view label(std::string_view key) const;
    bool same_series(const record_copy& other) const { return name == other.name && labels == other.labels; }
};

record_copy copy_of(const record& one, series_view as);

/// Serialises to bytes that are the same on every machine, and back. restored() throws std::exception when saved() did
/// not make them.
std::string saved(const record_copy& one);
record_copy restored(std::string_view saved);

} // namespace releve::sms
