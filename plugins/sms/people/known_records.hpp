// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "people/record_copy.hpp"

#include <optional>
#include <span>
#include <vector>

namespace releve::sms {

/// The latest record of each series, of a bounded number of them, and which of them are to be saved. Each has a place,
/// which is its own as long as it is there.
class known_records {
public:
    static constexpr std::size_t longest_text = 200; // octets: an answer can't say more

    /// `most`: series. `pause`: between two times that one of them is saved.
    known_records(std::size_t most, duration pause)
        : most_{most}
        , pause_{pause} {}

    /// Where a series is.
    std::optional<std::size_t> find(const record_copy& of) const;
    /// A place for a series that has none: a new one, or that of a series without a record for 40 days. Nothing: there
    /// is no room.
    std::optional<std::size_t> make_room(record_copy one, time_point now);
    /// Takes over what is not older than what is known. A long text is cut.
    void take(std::size_t place, const record& one);
    void clear() { all_.clear(), saving_.clear(); }
    /// Puts back what was saved, at the next place.
    void restore(record_copy one);

    std::span<const record_copy> all() const { return all_; }
    /// Those that changed, and were not saved in the pause; `at_once`: these too. They count as saved now.
    std::vector<std::size_t> due(duration steady, bool at_once);

private:
    struct saving {
        bool changed = false;
        std::optional<duration> last; // steady
    };
    std::size_t most_;
    duration pause_;
    std::vector<record_copy> all_;
    std::vector<saving> saving_;
};

} // namespace releve::sms
