// SPDX-License-Identifier: Apache-2.0
// How far the log files of one server were read. No I/O.
#pragma once

#include "ftp/listing.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace releve::wes {

/// Of one file: how many bytes were read, their hash, which tells a file that grew from one that was written anew, and
/// what the listing said when all of it had been looked at (no bytes, no time: it was not).
struct file_place {
    std::int64_t bytes = 0;
    std::uint64_t hash = 0;
    std::int64_t listed_bytes = 0;
    std::string listed_changed;

    bool is_seen(const listed_file& as) const {
        return listed_bytes == as.bytes && listed_changed == as.changed && !as.changed.empty();
    }
    /// Whether `text` begins with what was read.
    bool begins(std::string_view text) const;
    void read_to(std::string_view text); // all of `text` was
};

/// Kept as a few texts, so that what changes with one file is small (a node's state is 64 KiB a value, 1 MiB in all).
class file_places {
public:
    static constexpr std::size_t parts = 16;

    /// Nothing: it was never read.
    const file_place* find(const std::string& name) const;
    void set(const std::string& name, file_place at) { all_[name] = std::move(at); }
    /// A file that is gone is forgotten, for one of its name that comes later is another one. Returns the places of
    /// those and of the ones that have changed since: what they were may go on under another name.
    std::vector<file_place> keep(const std::vector<listed_file>& there);

    static std::size_t part_of(std::string_view name);
    std::string part(std::size_t number) const;
    /// Takes in what part() gave; lines that are none are passed over.
    void read(std::string_view part);

private:
    std::map<std::string, file_place> all_;
};

} // namespace releve::wes
