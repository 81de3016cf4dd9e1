// SPDX-License-Identifier: Apache-2.0
#include "decoder/judge.hpp"

#include <algorithm>

namespace releve::teleinfo {

bool index_judge::follows(const reading& before, const reading& now, double max_rate) noexcept {
    if (now.value < before.value) return false;
    // Two seconds and two steps more: a frame may come late, and the meter counts in whole steps.
    const double elapsed_s = static_cast<double>(now.steady_ns - before.steady_ns) / 1e9 + 2;
    return static_cast<double>(now.value - before.value) <= max_rate * elapsed_s + 2;
}

bool index_judge::accept(std::uint64_t value, std::int64_t steady_ns, double max_rate, bool trusted) noexcept {
    const reading now{value, steady_ns};
    const bool good = accepted_ ? follows(*accepted_, now, max_rate) : trusted;
    if (!good && !(waiting_ && follows(*waiting_, now, max_rate))) {
        waiting_ = now;
        return false;
    }
    accepted_ = now;
    waiting_.reset();
    return true;
}

bool once_per_horodate::is_new(const horodate& at) noexcept {
    if (std::find(reported_.begin(), reported_.end(), at) != reported_.end()) return false;
    reported_[next_] = at;
    next_ = (next_ + 1) % reported_.size();
    return true;
}

namespace {

constexpr auto hist = tic_mode::historique;

/// Labels that only one-phase meters have.
bool one_phase_only(const tic_label& label) noexcept {
    return label.mode == hist && (label.label == "IINST" || label.label == "IMAX" || label.label == "ADPS");
}

} // namespace

unsigned phase_judge::of_frame(const tic_frame& frame, frame_end end) noexcept {
    bool three = false;
    bool one = end == frame_end::etx && frame.find("IRMS1", tic_mode::standard) != nullptr &&
               frame.find("IRMS2", tic_mode::standard) == nullptr;
    const auto labels = tic_labels();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (!frame.of(i).present) continue;
        three = three || labels[i].three_phase;
        one = one || one_phase_only(labels[i]);
    }
    if (one == three) return 0;
    return one ? 1 : 3;
}

void phase_judge::inspect(const tic_frame& frame, frame_end end) noexcept {
    const unsigned now = of_frame(frame, end);
    if (now == 0) return;
    if (now == last_) known_ = now;
    last_ = now;
}

bool phase_judge::sends(unsigned phases, const tic_label& label) noexcept {
    if (label.three_phase) return phases == 3;
    return phases != 3 || !one_phase_only(label);
}

std::optional<bool> overload_judge::inspect(const tic_frame& frame, frame_end end, unsigned phases) noexcept {
    if (phases == 0) return std::nullopt;
    for (const std::string_view label : {"ADPS", "ADIR1", "ADIR2", "ADIR3"}) {
        if ((label == "ADPS") != (phases == 1) || frame.find(label, hist) == nullptr) continue;
        without_ = 0;
        return true;
    }
    const bool has_current = frame.find("IINST", hist) != nullptr || frame.find("IINST1", hist) != nullptr;
    if (!has_current || end != frame_end::etx) return std::nullopt;
    if (without_ < 2) ++without_;
    return without_ < 2 ? std::nullopt : std::optional{false};
}

bool word_judge::inspect(const std::string& word) {
    if (word == accepted_) {
        waiting_.clear();
        return false;
    }
    if (word != waiting_) {
        waiting_ = word;
        return false;
    }
    accepted_ = word;
    waiting_.clear();
    return true;
}

std::optional<std::uint32_t> other_judge::inspect(const tic_frame::other_entry& entry) {
    const auto found =
        std::find_if(known_.begin(), known_.end(), [&](const known& one) { return one.label == entry.label; });
    if (found == known_.end()) {
        const known made{entry.label, entry.is_number, entry.unit, false, frame_};
        // The entry of a candidate that never came again is free: its number was never returned.
        const auto free = std::find_if(known_.begin(), known_.end(), [&](const known& one) {
            return !one.confirmed && frame_ - one.frame > candidate_frames;
        });
        if (free != known_.end())
            *free = made;
        else if (known_.size() < max_)
            known_.push_back(made);
        else
            ++refused_;
        return std::nullopt;
    }
    if (!found->confirmed && found->frame != frame_) {
        // The first of two forms may have been the damaged one.
        found->confirmed = found->is_number == entry.is_number && found->unit == entry.unit;
        found->is_number = entry.is_number;
        found->unit = entry.unit;
        found->frame = frame_;
    }
    if (!found->confirmed || found->is_number != entry.is_number || found->unit != entry.unit) return std::nullopt;
    return static_cast<std::uint32_t>(found - known_.begin());
}

} // namespace releve::teleinfo
