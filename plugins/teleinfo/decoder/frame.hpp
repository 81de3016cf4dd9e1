// SPDX-License-Identifier: Apache-2.0
// The content of one frame: the last good value of each label in it. Keeps its memory from frame to frame.
#pragma once
#include "decoder/value.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace releve::teleinfo {

class tic_frame {
public:
    struct entry {
        std::uint64_t number = 0;
        horodate at;
        std::string text;
        bool present = false;
    };
    struct other_entry {
        std::string label;
        bool is_number = false;
        double number = 0;
        std::string_view unit;
        std::string text;
        bool stamped = false;
        horodate at;
    };
    static constexpr std::size_t max_others = 64;

    /// Groups of all frames, by what became of them.
    struct totals {
        std::uint64_t good = 0, bad = 0, unknown = 0;
    };

    void begin() noexcept;
    void take(const tic_group& group);
    void take_bad() noexcept;
    /// Once the frame has ended: what SINST1 stands for. `phases`: of its meter; 0: they are not known.
    void place_first_generation_power(unsigned phases);

    const entry& of(std::size_t place) const noexcept { return entries_[place]; }
    /// nullptr: the frame does not have it.
    const entry* find(std::string_view label, tic_mode mode) const noexcept;
    const std::vector<other_entry>& others() const noexcept { return others_; } // the first other_count() of them count
    std::size_t other_count() const noexcept { return other_count_; }
    /// Known labels whose data did not have their form, in spite of a right checksum.
    const std::vector<const tic_label*>& malformed() const noexcept { return malformed_; }
    std::size_t good_count() const noexcept { return good_; }
    /// No group of it was bad.
    bool clean() const noexcept { return bad_ == 0; }
    /// A PME-PMI that sends its test sequence (02E §2.7): nothing in it is a measurement.
    bool test() const noexcept { return test_; }
    tic_mode mode() const noexcept { return mode_; }
    const totals& all() const noexcept { return totals_; }

private:
    void take_other(const tic_group& group);

    std::array<entry, tic_label_count> entries_{};
    label_order order_;
    std::vector<other_entry> others_;
    std::vector<const tic_label*> malformed_;
    entry first_generation_power_; // SINST1
    std::size_t other_count_ = 0;
    std::size_t good_ = 0, bad_ = 0;
    tic_mode mode_ = tic_mode::unknown;
    bool test_ = false;
    totals totals_;
};

} // namespace releve::teleinfo
