// SPDX-License-Identifier: Apache-2.0
// Values of the right form that must be rejected, or must not be reported twice.
#pragma once
#include "decoder/frame.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace releve::teleinfo {

/// Lets an index through as long as it neither falls nor rises faster than it can; another value waits until the next
/// frame continues from it.
class index_judge {
public:
    /// `steady_ns` only rises; `max_rate`: steps per second that the index can make; `trusted`: nothing in the frame
    /// was damaged and the index has its full width, so that it may be the first.
    bool accept(std::uint64_t value, std::int64_t steady_ns, double max_rate, bool trusted) noexcept;

private:
    struct reading {
        std::uint64_t value = 0;
        std::int64_t steady_ns = 0;
    };
    static bool follows(const reading& before, const reading& now, double max_rate) noexcept;
    std::optional<reading> accepted_, waiting_;
};

/// A value with its own time is reported once, however many frames repeat it.
class once_per_horodate {
public:
    bool is_new(const horodate& at) noexcept;

private:
    std::array<std::optional<horodate>, 4>
        reported_{}; // CCASN and CCASN-1 share one: the last two must be known, and some more
    std::size_t next_ = 0;
};

/// 1 or 3, once two frames in a row say so; one damaged group changes nothing.
class phase_judge {
public:
    /// What this frame alone says; 0: nothing.
    static unsigned of_frame(const tic_frame& frame, frame_end end) noexcept;
    void inspect(const tic_frame& frame, frame_end end) noexcept;
    unsigned known() const noexcept { return known_; }
    /// Whether a meter with this number of phases (0: not known) sends the label.
    static bool sends(unsigned phases, const tic_label& label) noexcept;

private:
    unsigned known_ = 0, last_ = 0;
};

/// Historique says that the subscribed current is exceeded by ADPS or ADIRn, and its end by nothing. Over, when two
/// whole frames in a row that hold the current have neither: in a cycle of short frames the long one has no ADIRn (02E
/// §2.5).
class overload_judge {
public:
    /// nullopt: this frame does not report. `phases`: 0 while they are not known.
    std::optional<bool> inspect(const tic_frame& frame, frame_end end, unsigned phases) noexcept;

private:
    unsigned without_ = 0;
};

/// Some three-phase Linky send nonsense in SINSTS1..3 with a right checksum (48370 VA of 1407). `amperes` is cut to a
/// whole number, so one more is allowed, and a tenth and 50 VA for what changed between the measurements.
constexpr bool impossible_power(std::uint64_t volt_amperes, std::uint64_t volts, std::uint64_t amperes) noexcept {
    return static_cast<double>(volt_amperes) > static_cast<double>(volts * (amperes + 1)) * 1.1 + 50;
}

/// A text that has to be the same in two frames in a row before it is accepted: what identifies a meter.
class word_judge {
public:
    /// True when `word` has just been accepted.
    bool inspect(const std::string& word);
    const std::string& accepted() const noexcept { return accepted_; }

private:
    std::string accepted_, waiting_;
};

/// Labels of neither table: kept once a second frame has them too, in the form that both have; a bounded number.
class other_judge {
public:
    explicit other_judge(std::size_t max) noexcept
        : max_{max} {}
    /// The label's number from then on, or nullopt: not to be reported (yet).
    std::optional<std::uint32_t> inspect(const tic_frame::other_entry& entry);
    /// To be called once a frame.
    void end_frame() noexcept { ++frame_; }
    std::size_t refused() const noexcept { return refused_; }

private:
    struct known {
        std::string label;
        bool is_number = false;
        std::string_view unit;
        bool confirmed = false;
        std::uint64_t frame = 0; // in which it was first seen
    };
    static constexpr std::uint64_t candidate_frames = 32; // a cycle of short frames has 21
    std::size_t max_;
    std::vector<known> known_;
    std::uint64_t frame_ = 0;
    std::size_t refused_ = 0;
};

} // namespace releve::teleinfo
