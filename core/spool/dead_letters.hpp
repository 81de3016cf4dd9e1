// SPDX-License-Identifier: Apache-2.0
// Records that sinks refused for good, for the command releve dead-letters.
#pragma once
#include "sqlite.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace releve::core {

/// A row of the table dead_letter, with its series as text.
struct kept_letter {
    enum class value_type { absent, number, text };
    std::int64_t number = 0, time = 0; // of the refusal, UTC ns
    std::string sink;
    std::uint32_t series = 0;
    std::string series_text, unit; // empty: the file does not know the series
    std::int64_t record_time = 0;  // UTC ns
    value_type type = value_type::absent;
    double value = 0;
    std::string text;
    std::uint8_t quality = 0;
    std::string reason;
};

/// Selects dead letters: all, or those of a sink and those with these numbers.
struct letter_choice {
    bool all = false;
    std::string sink;
    std::vector<std::int64_t> numbers;
};

/// By sink, in the order of refusal. Throws std::runtime_error, which names a missing number, and sqlite_error.
void each_dead_letter(const database& in, const letter_choice& which,
                      const std::function<void(const kept_letter&)>& show);
/// Returns how many were deleted. Throws as above; then none was. A host may run on the file meanwhile: it only adds.
std::int64_t drop_dead_letters(database& in, const letter_choice& which);

} // namespace releve::core
