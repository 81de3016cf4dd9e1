// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace releve::kit {

/// What can't be read in something that is read again and again (elements of a page, labels of a line, files of a
/// folder), while the rest of it can: each entry is told once, and once when it is over. For one thread.
class odd_entries {
public:
    /// Entries that are told one by one; of more, how many.
    static constexpr std::size_t max_known = 64;

    /// `rounds`: an entry is told when it was odd in so many rounds in a row, and is over when it was not in as many.
    explicit odd_entries(unsigned rounds = 1) noexcept
        : rounds_{rounds} {}

    /// In the present round. Both texts may be a device's own. `why`: the end of a sentence ("is not a number").
    void note(std::string_view entry, std::string_view why);

    /// What is new, for people: "temp/SONDE3 is not a number; relais/RELAIS1 is not closed, and 2 more". Empty: nothing
    /// is.
    struct told {
        std::string begun, over;
    };
    told end_round();

    /// Of the round that ended last.
    std::size_t count() const noexcept { return last_; }

private:
    struct known {
        std::string why;
        unsigned odd = 0, fine = 0; // rounds in a row
        bool seen = false, told = false;
    };
    unsigned rounds_;
    std::map<std::string, known, std::less<>> known_;
    std::size_t noted_ = 0, last_ = 0, beyond_ = 0;
    bool told_beyond_ = false;
};

} // namespace releve::kit
