// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "people/record_copy.hpp"

#include <optional>
#include <span>
#include <vector>

namespace releve::sms {

/// The latest record of each of a bounded number of series, and which of them are to be saved. Each has an index, which
/// stays the same as long as it is known.
class known_records {
public:
    static constexpr std::size_t max_text = 200; // octets: an answer has no room for more

    /// `max`: series. `pause`: least time between two savings of one of them.
    known_records(std::size_t max, duration pause)
        : max_{max}
        , pause_{pause} {}

    /// The index of a series.
    std::optional<std::size_t> find(const record_copy& of) const;
    /// An index for a new series: a new one, or that of a series without a record for 40 days. Nothing: there is no
    /// room.
    std::optional<std::size_t> add(record_copy one, time_point now);
    /// Ignores a record that is older than the known one. A long text is cut.
    void update(std::size_t index, const record& one);
    void clear() { all_.clear(), saving_.clear(); }
    /// Adds what was saved, with the next index.
    void restore(record_copy one);

    std::span<const record_copy> all() const { return all_; }
    /// Those that have changed and were not saved during the pause; `at_once`: all that have changed. They count as
    /// saved from now.
    std::vector<std::size_t> due(duration steady, bool at_once);

private:
    struct saving {
        bool changed = false;
        std::optional<duration> last; // steady
    };
    std::size_t max_;
    duration pause_;
    std::vector<record_copy> all_;
    std::vector<saving> saving_;
};

} // namespace releve::sms
