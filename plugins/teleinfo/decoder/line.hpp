// SPDX-License-Identifier: Apache-2.0
// Splits bytes of the line into groups and frames. No I/O, no allocation, any split of the bytes gives the same events.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace releve::teleinfo {

enum class tic_mode : std::uint8_t {
    unknown,
    historique, // separator SP, checksum without the last separator (02E §1.5.3.2, mode 1)
    standard,   // separator HT, checksum with it (54E §5.3.6, mode 2)
};

/// A group whose checksum is right and which has a label and data. The views end with the next call of the reader; at
/// least 16 bytes may be read beyond each.
struct tic_group {
    std::string_view label;
    std::string_view horodate; // data() is nullptr in a group without
    std::string_view data;
    tic_mode mode = tic_mode::unknown;
    bool in_frame =
        false; // a frame's STX came before, and not its end: else the group is counted and its value is not used
};

enum class tic_event : std::uint8_t {
    none,        // the bytes are used up
    frame_begin, // STX
    group,
    bad_group, // wrong checksum, or not a group in spite of it; nothing of it is reported
    frame_end, // ETX, EOT or another STX: see tic_reader::ended_by
};

enum class frame_end : std::uint8_t { etx, eot, stx };

/// All since the reader was made. Groups outside of frames are counted too.
struct tic_counts {
    std::uint64_t groups = 0;    // pieces of at least 3 bytes between two of LF CR STX ETX EOT
    std::uint64_t valid = 0;     // with the right checksum
    std::uint64_t malformed = 0; // of the valid: without label or data, or with the other mode's separator
    std::uint64_t stx = 0, etx = 0, eot = 0;
    std::uint64_t invalid() const noexcept { return groups - valid; }
};

class tic_reader {
public:
    /// The longest group of any meter is PJOURF+1, 110 bytes.
    static constexpr std::size_t max_group = 192;

    /// `only`: the mode if it is known; otherwise the first group's separator decides, and a later frame that holds
    /// none but groups of the other mode changes it.
    explicit tic_reader(tic_mode only = tic_mode::unknown) noexcept
        : fixed_{only}
        , mode_{only} {}

    /// The bytes that next() reads from then on. They must stay valid until it returns `none`.
    void feed(std::string_view bytes) noexcept {
        at_ = bytes.data();
        end_ = bytes.data() + bytes.size();
    }
    tic_event next(tic_group& group) noexcept;

    /// Forgets the piece of a group and the frame begun: the line was opened again.
    void restart() noexcept;

    tic_mode mode() const noexcept { return mode_; }
    bool in_frame() const noexcept { return in_frame_; }
    frame_end ended_by() const noexcept { return ended_by_; }
    const tic_counts& counts() const noexcept { return counts_; }

private:
    static constexpr std::size_t margin = 24; // bytes that may be read beyond a group's end
    struct piece {                            // bytes between two framing characters
        const char* begin = nullptr;
        std::size_t size = 0;
        unsigned sum = 0;
        std::array<std::uint32_t, 4> tabs{}; // places of the first HTs
        std::uint32_t tab_count = 0;
        bool control = false; // holds a control character that no group may hold
        char end = 0;         // the framing character
    };
    static bool scan(const char* begin, const char* limit, piece& out) noexcept;
    bool find_in_place(piece& out) noexcept;
    bool collect(piece& out) noexcept;
    tic_event take(const piece& in, tic_group& group) noexcept;
    bool take_straight(tic_group& group) noexcept;
    tic_event end_frame(frame_end by) noexcept;

    const char* at_ = nullptr;
    const char* end_ = nullptr;
    tic_mode fixed_;
    tic_mode mode_;
    char pending_ = 0; // framing character to report after its group
    bool in_frame_ = false;
    bool too_long_ = false;
    frame_end ended_by_ = frame_end::etx;
    std::uint32_t own_ = 0, other_ = 0; // valid groups of this frame with the mode's separator, and with the other
    tic_counts counts_;
    std::size_t kept_ = 0; // bytes of an incomplete group
    std::array<char, max_group + 1 + margin> carry_{};
};

} // namespace releve::teleinfo
