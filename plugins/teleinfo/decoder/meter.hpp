// SPDX-License-Identifier: Apache-2.0
// From frames to what may be told of the meter. No I/O, and no clock but the one it is given.
#pragma once
#include "decoder/judge.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace releve::teleinfo {

/// A value that may be told. Views are valid during the call that brings it.
struct tic_reading {
    std::uint32_t id = 0; // the same for each value of one series, unless the line's mode changes
    tic_kind kind = tic_kind::gauge;
    std::string_view series, quantity, unit, help;
    std::string_view by, by_value; // label that tells series of one name apart; empty: none
    std::uint8_t phase = 0;
    double number = 0;     // gauge, counter
    double resolution = 0; // of it, in the unit
    std::string_view text; // text
    bool doubtful = false;
    bool stamped = false;                    // told once for its horodate
    double modulus = 0;                      // counter
    double max_rate = 0;                     // counter, per second; 0: not known
    std::optional<std::int64_t> own_time_ns; // UTC, from the horodate; else the frame's
};

enum class horodate_use : std::uint8_t {
    mainland, // H is UTC+1, E is UTC+2
    host,     // stamped values get the time at which the host saw them first
};

class tic_meter {
public:
    using teller = std::function<void(const tic_reading&)>;
    struct settings {
        horodate_use horodates = horodate_use::mainland;
        std::size_t max_unknown = 64;
    };
    explicit tic_meter(const settings& how)
        : how_{how}
        , others_{how.max_unknown} {}

    void begin_frame() noexcept { frame_.begin(); }
    void take(const tic_group& group) { frame_.take(group); }
    void take_bad() noexcept { frame_.take_bad(); }
    /// Tells what the frame that ended brought. `now_ns`: UTC; `steady_ns`: only rises.
    void end_frame(frame_end end, std::int64_t now_ns, std::int64_t steady_ns, const teller& tell);

    const tic_frame::totals& totals() const noexcept { return frame_.all(); }
    std::uint64_t frames() const noexcept { return frames_; }
    /// Frames with a good group, and when the last of them ended.
    std::uint64_t good_frames() const noexcept { return good_frames_; }
    unsigned phases() const noexcept { return phases_.known(); }
    /// Serial number (ADCO, ADSC) and point of delivery, once two frames in a row agreed; personal data.
    const std::string& serial() const noexcept { return serial_.believed(); }
    const std::string& delivery_point() const noexcept { return delivery_point_.believed(); }

private:
    struct moment {
        std::int64_t now_ns, steady_ns;
    };
    void learn(frame_end end);
    void tell_label(const tic_label& label, moment at, const teller& tell);
    void tell_counter(const tic_label& label, moment at, const teller& tell);
    void tell_stamped(const tic_label& label, const teller& tell);
    void tell_parts(const tic_label& label, const teller& tell) const;
    void tell_status(std::uint32_t stge, const teller& tell) const;
    void tell_clock(moment at, const teller& tell) const;
    void tell_others(const teller& tell);
    double max_rate(const tic_label& label) const noexcept;
    bool doubtful_power(const tic_label& label) const noexcept;

    settings how_;
    tic_frame frame_;
    phase_judge phases_;
    overload_judge overload_;
    word_judge serial_, delivery_point_;
    other_judge others_;
    std::array<index_judge, tic_label_count> indexes_{};
    std::array<once_per_horodate, tic_label_count> horodates_{};
    unsigned frame_phases_ = 0;
    double subscribed_va_ = 0; // 0: not known yet
    std::uint64_t frames_ = 0, good_frames_ = 0;
};

} // namespace releve::teleinfo
