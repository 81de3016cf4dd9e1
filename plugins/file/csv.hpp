// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/batch.hpp>

#include <string>

namespace releve::file {

/// The first line of each file, with its line end.
inline constexpr auto csv_header = "time,name,labels,value,unit,kind,quality\n";

/// RFC 4180, but lines end in LF only. A text with line ends in it is quoted. The value of an absent record is empty.
/// `for_spreadsheet`: texts that a spreadsheet would run as a formula get a ' before them.
void append_csv(std::string& to, const record& one, series_view as, bool for_spreadsheet);

} // namespace releve::file
