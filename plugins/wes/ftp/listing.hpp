// SPDX-License-Identifier: Apache-2.0
// The reply to LIST, in the DOS style that a WES uses, or in that of Unix. No I/O.
#pragma once

#include <releve/kit/text/odd_entries.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace releve::wes {

struct listed_file {
    std::string name;
    std::int64_t bytes = 0;
    std::string changed; // as the server writes it: only to be compared (two-digit years, no zone)
    bool operator==(const listed_file&) const = default;
};

/// "11-23-26  02:30PM           1024 LOG.CSV". Folders are left out, and so is what follows the first 10,000 files.
/// `odd`: gets the lines that are neither.
std::vector<listed_file> read_listing(std::string_view text, kit::odd_entries* odd = nullptr);
/// Whether a name matches the pattern (docs/patterns.md); letters match in either case.
bool is_named(std::string_view pattern, std::string_view name);

} // namespace releve::wes
