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

/// Of one file: how many bytes were read, their hash, which distinguishes a file that grew from a rewritten one, and
/// its line in the listing when it had been read whole (no bytes, no time: it had not).
struct read_position {
    std::int64_t bytes = 0;
    std::uint64_t hash = 0;
    std::int64_t listed_bytes = 0;
    std::string listed_changed;

    bool is_seen(const listed_file& as) const {
        return listed_bytes == as.bytes && listed_changed == as.changed && !as.changed.empty();
    }
    /// Whether `text` begins with the bytes that were read.
    bool begins(std::string_view text) const;
    /// All of `text` was read.
    void set_read(std::string_view text);
};

/// Saved as a few texts, so that a change of one file is small (a node's state is 64 KiB a value, 1 MiB in all).
class read_positions {
public:
    static constexpr std::size_t parts = 16;

    /// Null: it was never read.
    const read_position* find(const std::string& name) const;
    void set(const std::string& name, read_position at) { all_[name] = std::move(at); }
    /// Forgets files that are not listed any more: a later file of the same name is another one. Returns the positions
    /// of those and of the files that have changed since: they may have been renamed.
    std::vector<read_position> keep(const std::vector<listed_file>& listed);

    static std::size_t part_of(std::string_view name);
    std::string part(std::size_t number) const;
    /// Adds what part() returned; lines of another form are ignored.
    void restore(std::string_view part);

private:
    std::map<std::string, read_position> all_;
};

} // namespace releve::wes
