// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

namespace releve::sql {

/// A record, as a row of the table `readings`.
struct reading_row {
    std::int64_t time_ns = 0; // UTC
    std::int64_t series = 0;  // its id in the database
    std::uint32_t number = 0; // the same series for the host
    double value = 0;         // NaN: NULL
    std::string_view text;    // data() == nullptr: NULL
    std::uint32_t delivery = 0, index = 0;
    std::uint8_t quality = 0;
};

} // namespace releve::sql
