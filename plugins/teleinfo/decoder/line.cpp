// SPDX-License-Identifier: Apache-2.0
#include "decoder/line.hpp"
#include "decoder/bytes.hpp"
#include "decoder/straight.hpp"

namespace releve::teleinfo {

namespace {

constexpr char stx = 0x02, etx = 0x03, eot = 0x04, ht = 0x09, lf = 0x0a, cr = 0x0d;

constexpr bool is_framing(char c) noexcept {
    return (static_cast<unsigned char>(c) < 32) &&
           ((1u << c) & (1u << stx | 1u << etx | 1u << eot | 1u << lf | 1u << cr)) != 0;
}

constexpr std::size_t longest_label = 9; // SMAXSN1-1

/// Place of the first SP among the first longest_label + 1 characters; more than longest_label: not found.
inline std::size_t find_space(const char* begin) noexcept {
    const auto word = load_bytes(begin) ^ every_byte(' ');
    const auto zero = (word - every_byte(1)) & ~word & every_byte(0x80);
    if (zero != 0) return static_cast<std::size_t>(std::countr_zero(zero)) / 8;
    for (std::size_t i = 8; i <= longest_label; ++i)
        if (begin[i] == ' ') return i;
    return longest_label + 1;
}

} // namespace

/// Finds the framing character that ends the piece at `begin`. False: a byte has bit 7 set, the piece is too long or
/// `limit` came first.
inline bool tic_reader::scan(const char* begin, const char* limit, piece& out) noexcept {
    out.begin = begin;
    out.tab_count = 0;
    out.control = false;
    std::uint64_t lanes = 0;
    for (const char* at = begin; at <= limit && at - begin <= static_cast<std::ptrdiff_t>(max_group); at += 8) {
        const auto word = load_bytes(at);
        // A sum of seven bits and 0x60 reaches bit 7 exactly when the character is not a control character.
        auto marks = ~((word & every_byte(0x7f)) + every_byte(0x60)) & every_byte(0x80);
        const auto high = word & every_byte(0x80);
        while (marks != 0) {
            const auto i = static_cast<std::size_t>(std::countr_zero(marks)) / 8;
            const char c = at[i];
            if (c == ht) {
                if (out.tab_count < out.tabs.size())
                    out.tabs[out.tab_count++] = static_cast<std::uint32_t>(at - begin) + static_cast<std::uint32_t>(i);
            } else if (is_framing(c)) {
                if (low_bytes(high, i) != 0) return false;
                lanes += byte_lanes(low_bytes(word, i));
                out.size = static_cast<std::size_t>(at - begin) + i;
                out.sum = fold_lanes(lanes);
                out.end = c;
                return out.size <= max_group;
            } else
                out.control = true;
            marks &= marks - 1;
        }
        if (high != 0) return false;
        lanes += byte_lanes(word);
    }
    return false;
}

inline bool tic_reader::find_in_place(piece& out) noexcept {
    if (kept_ != 0 || too_long_ || end_ - at_ < static_cast<std::ptrdiff_t>(margin)) return false;
    if (!scan(at_, end_ - margin, out)) return false;
    at_ += out.size + 1;
    return true;
}

/// The slow way: byte by byte into the carry, for what the end of the bytes cuts and for receivers that leave the
/// parity in bit 7.
bool tic_reader::collect(piece& out) noexcept {
    while (at_ != end_) {
        const char c = static_cast<char>(*at_++ & 0x7f);
        if (is_framing(c)) {
            if (too_long_) {
                out = piece{};
                out.size = max_group + 1;
                out.end = c;
            } else {
                carry_[kept_] = c;
                scan(carry_.data(), carry_.data() + kept_, out);
            }
            kept_ = 0;
            too_long_ = false;
            return true;
        }
        if (kept_ == max_group)
            too_long_ = true;
        else
            carry_[kept_++] = c;
    }
    return false;
}

inline tic_event tic_reader::take(const piece& in, tic_group& group) noexcept {
    ++counts_.groups;
    if (in.size > max_group) return tic_event::bad_group;
    const char* const begin = in.begin;
    const auto checksum = static_cast<unsigned char>(begin[in.size - 1]);
    const char separator = begin[in.size - 2];
    const bool standard = separator == ht;
    if (!standard && separator != ' ') return tic_event::bad_group;
    const unsigned sum = in.sum - checksum - (standard ? 0u : static_cast<unsigned>(' '));
    if ((sum & 0x3f) + 0x20 != checksum) return tic_event::bad_group;
    ++counts_.valid;

    const auto mode = standard ? tic_mode::standard : tic_mode::historique;
    if (mode_ == tic_mode::unknown) mode_ = mode;
    if (mode != mode_) {
        ++other_;
        ++counts_.malformed;
        return tic_event::bad_group;
    }
    const auto malformed = [this] {
        ++counts_.malformed;
        return tic_event::bad_group;
    };
    if (in.control) return malformed();
    const std::size_t body = in.size - 2; // label, data and what is between
    std::size_t label = 0;
    std::size_t data = 0;
    group.horodate = {};
    if (standard) {
        // The last HT is the separator before the checksum; one before it ends the label, one between ends a horodate.
        if (in.tab_count < 2 || in.tab_count > 3) return malformed();
        label = in.tabs[0];
        data = label + 1;
        if (in.tab_count == 3) {
            group.horodate = {begin + data, in.tabs[1] - data};
            data = in.tabs[1] + 1;
        }
    } else {
        if (in.tab_count != 0) return malformed();
        label = find_space(begin);
        data = label + 1;
    }
    if (label < 2 || label > longest_label || data > body) return malformed();
    group.label = {begin, label};
    group.data = {begin + data, body - data};
    group.mode = mode;
    group.in_frame = in_frame_;
    ++own_;
    return tic_event::group;
}

/// A right group of the line's mode that begins at `at_` with its LF: taken as find_in_place and take do it. False:
/// nothing was done.
inline bool tic_reader::take_straight(tic_group& group) noexcept {
    if constexpr (!has_straight_path) return false;
    if (kept_ != 0 || too_long_ || end_ - at_ < static_cast<std::ptrdiff_t>(1 + straight_bytes + margin)) return false;
    straight_group found;
    const char* const begin = at_ + 1;
    if (*at_ != lf || !find_straight(begin, found) || found.size < 3) return false;
    const auto checksum = static_cast<unsigned char>(begin[found.size - 1]);
    const char separator = begin[found.size - 2];
    const std::size_t body = found.size - 2;
    const auto place = [](std::uint32_t bits) { return static_cast<std::size_t>(std::countr_zero(bits)); };
    std::size_t label = 0, data = 0;
    std::string_view horodate;
    unsigned sum = found.sum - checksum;
    if (mode_ == tic_mode::standard && separator == ht) {
        const auto tabs = found.tabs & ~(std::uint32_t{1} << body);
        if (tabs == 0) return false;
        label = place(tabs);
        data = label + 1;
        if (const auto rest = tabs & (tabs - 1); rest != 0) {
            if ((rest & (rest - 1)) != 0) return false;
            horodate = {begin + data, place(rest) - data};
            data = place(rest) + 1;
        }
    } else if (mode_ == tic_mode::historique && separator == ' ' && found.tabs == 0) {
        sum -= static_cast<unsigned>(' ');
        label = place(found.spaces);
        data = label + 1;
    } else
        return false;
    if ((sum & 0x3f) + 0x20 != checksum || label < 2 || label > longest_label || data > body) return false;
    at_ = begin + found.size + 1;
    ++counts_.groups;
    ++counts_.valid;
    ++own_;
    group = {{begin, label}, horodate, {begin + data, body - data}, mode_, in_frame_};
    return true;
}

tic_event tic_reader::end_frame(frame_end by) noexcept {
    in_frame_ = false;
    ended_by_ = by;
    if (fixed_ == tic_mode::unknown && other_ >= 2 && other_ > 2 * own_)
        mode_ = mode_ == tic_mode::standard ? tic_mode::historique : tic_mode::standard;
    own_ = other_ = 0;
    return tic_event::frame_end;
}

tic_event tic_reader::next(tic_group& group) noexcept {
    for (;;) {
        if (pending_ != 0) {
            if (pending_ == stx) {
                if (in_frame_) return end_frame(frame_end::stx);
                pending_ = 0;
                ++counts_.stx;
                in_frame_ = true;
                own_ = other_ = 0;
                return tic_event::frame_begin;
            }
            const auto by = pending_ == etx ? frame_end::etx : frame_end::eot;
            ++(by == frame_end::etx ? counts_.etx : counts_.eot);
            pending_ = 0;
            if (in_frame_) return end_frame(by);
        }
        if (take_straight(group)) return tic_event::group;
        piece found;
        if (!find_in_place(found) && !collect(found)) return tic_event::none;
        if (found.end == stx || found.end == etx || found.end == eot) pending_ = found.end;
        if (found.size >= 3) return take(found, group);
    }
}

void tic_reader::restart() noexcept {
    at_ = end_ = nullptr;
    kept_ = 0;
    too_long_ = false;
    pending_ = 0;
    in_frame_ = false;
    own_ = other_ = 0;
    mode_ = fixed_;
}

} // namespace releve::teleinfo
