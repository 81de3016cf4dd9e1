// SPDX-License-Identifier: Apache-2.0
// Turns frames into reported values of the meter. No I/O, and no clock: times are passed in.
#pragma once
#include "decoder/judge.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace releve::teleinfo {

/// A value to report. Views are valid during the call that passes it.
struct meter_value {
    std::uint32_t id = 0; // the same for each value of one series, unless the line's mode changes
    tic_kind kind = tic_kind::gauge;
    std::string_view series, quantity, unit, help;
    std::string_view by, by_value; // label that distinguishes series of one name; empty: none
    std::uint8_t phase = 0;
    double number = 0;     // gauge, counter
    double resolution = 0; // of it, in the unit
    std::string_view text; // text
    bool doubtful = false;
    bool stamped = false;                    // reported once for its horodate
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
    using report_function = std::function<void(const meter_value&)>;
    struct settings {
        horodate_use horodates = horodate_use::mainland;
        std::size_t max_unknown = 64;
    };
    explicit tic_meter(const settings& options)
        : settings_{options}
        , others_{options.max_unknown} {}

    void begin_frame() noexcept { frame_.begin(); }
    void take(const tic_group& group) { frame_.take(group); }
    void take_bad() noexcept { frame_.take_bad(); }
    /// Reports the values of the frame that ended. `now_ns`: UTC; `steady_ns`: only rises.
    void end_frame(frame_end end, std::int64_t now_ns, std::int64_t steady_ns, const report_function& report);

    const tic_frame::totals& totals() const noexcept { return frame_.all(); }
    /// Of the frame that ended: known labels whose data did not have their form, in spite of a right checksum.
    const std::vector<const tic_label*>& malformed() const noexcept { return frame_.malformed(); }
    /// Of the frame that ended: indexes that do not continue from their last reading, and are held back.
    const std::vector<const tic_label*>& held_back() const noexcept { return held_back_; }
    /// Times that a label was not kept, because there were as many unknown ones as are kept.
    std::size_t refused_labels() const noexcept { return others_.refused(); }
    std::uint64_t frames() const noexcept { return frames_; }
    /// Frames with a good group, and when the last of them ended.
    std::uint64_t good_frames() const noexcept { return good_frames_; }
    unsigned phases() const noexcept { return phases_.known(); }
    /// Serial number (ADCO, ADSC) and point of delivery, once two frames in a row agreed; personal data.
    const std::string& serial() const noexcept { return serial_.accepted(); }
    const std::string& delivery_point() const noexcept { return delivery_point_.accepted(); }

private:
    struct moment {
        std::int64_t now_ns, steady_ns;
    };
    void learn(frame_end end);
    void report_label(const tic_label& label, moment at, const report_function& report);
    void report_counter(const tic_label& label, moment at, const report_function& report);
    void report_stamped(const tic_label& label, const report_function& report);
    void report_parts(const tic_label& label, const report_function& report) const;
    void report_status(std::uint32_t stge, const report_function& report) const;
    void report_clock(moment at, const report_function& report) const;
    void report_others(const report_function& report);
    double max_rate(const tic_label& label) const noexcept;
    bool doubtful_power(const tic_label& label) const noexcept;

    settings settings_;
    tic_frame frame_;
    phase_judge phases_;
    overload_judge overload_;
    word_judge serial_, delivery_point_;
    other_judge others_;
    std::array<index_judge, tic_label_count> indexes_{};
    std::vector<const tic_label*> held_back_;
    std::array<once_per_horodate, tic_label_count> horodates_{};
    unsigned frame_phases_ = 0;
    double subscribed_va_ = 0; // 0: not known yet
    std::uint64_t frames_ = 0, good_frames_ = 0;
};

} // namespace releve::teleinfo
