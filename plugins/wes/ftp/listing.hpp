// SPDX-License-Identifier: Apache-2.0
// What LIST says of a folder, in the style of DOS, which a WES uses (and the plain one of Unix). No I/O.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace releve::wes {

struct listed_file {
    std::string name;
    std::int64_t bytes = 0;
    std::string changed; // as the server writes it: to be compared, not read (two-digit years, no zone)
    bool operator==(const listed_file&) const = default;
};

/// "11-23-26  02:30PM           1024 LOG.CSV". Folders, and lines that are no file, are passed over; so is what follows
/// the first 10,000 files.
std::vector<listed_file> read_listing(std::string_view text);
/// Whether a name is as the pattern says, in which * stands for any characters and ? for one; letters in either case.
bool is_named(std::string_view pattern, std::string_view name);

} // namespace releve::wes
