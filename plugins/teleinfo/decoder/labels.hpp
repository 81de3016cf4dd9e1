// SPDX-License-Identifier: Apache-2.0
// What the meters send: one row per label, with its format and its use.
#pragma once
#include "decoder/line.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace releve::teleinfo {

/// How a group's data is written, and so how damage is detected.
enum class tic_form : std::uint8_t {
    digits,     // exactly `width`
    index,      // nine digits (eight from a "concentrateur de téléreport")
    hex,        // exactly `width`, upper case
    code,       // one of a closed set of words: tic_codes.hpp
    state,      // six or ten digits whose meaning only Enedis knows
    relays,     // three digits, 000..255
    identifier, // digits and capitals
    text,       // any, at most `width`
    instant,    // only the horodate
    profile,    // eleven blocks of eight characters: tic_register.hpp
};

/// What the host makes of the series.
enum class tic_kind : std::uint8_t { gauge, counter, text, none };

struct tic_label {
    std::string_view label;
    tic_mode mode = tic_mode::unknown;
    tic_form form = tic_form::text;
    std::uint8_t width = 0;
    bool stamped = false;     // comes with a horodate
    std::uint8_t phase = 0;   // 1..3; 0: none
    bool three_phase = false; // sent by three-phase meters only
    tic_kind kind = tic_kind::none;
    std::string_view series = {};   // its name; empty: several, or none
    std::string_view by = {};       // label key that reports series of one name apart, besides `phase`
    std::string_view quantity = {}; // word of docs/series.md
    std::string_view unit = {};     // UCUM
    double scale = 1;               // number on the line times scale = value in the unit
    std::string_view meaning = {};

    /// The value of the label `by`: the label itself for "register", its digit for "quadrant" and "peak".
    constexpr std::string_view by_value() const noexcept {
        return by == "register" ? label : label.substr(label.size() - 1);
    }
};

/// All labels of 02E (Linky historique and the meters before it) and 54E (Linky standard), in the order of the line.
std::span<const tic_label> tic_labels() noexcept;
constexpr std::size_t tic_label_count = 107;

/// nullptr: not one of them. At least 16 bytes must be readable at label.data().
const tic_label* find_label(std::string_view label, tic_mode mode) noexcept;

/// The label of 54E that meters of the first generation (VTIC 01) write as `label`: SMAXN is SMAXSN. nullptr: none.
const tic_label* find_first_generation(std::string_view label, tic_mode mode) noexcept;
/// What these meters write for SINSTS, or for SINSTS1 where they have three phases: it belongs to the first of these
/// labels, until its frame tells.
constexpr std::string_view first_generation_power = "SINST1";

/// Labels of one line in their order: a meter sends the same ones again and again, so that the label that followed this
/// one last time is looked at first.
class label_order {
public:
    /// As find_label.
    const tic_label* find(std::string_view label, tic_mode mode) noexcept;

private:
    std::array<std::uint8_t, tic_label_count> next_{};
    std::uint8_t last_ = 0;
};

/// Index of a label in the table.
inline std::size_t place_of(const tic_label& of) noexcept {
    return static_cast<std::size_t>(&of - tic_labels().data());
}

/// A label that a known one becomes when one bit is flipped that the checksum cannot see (bit 6: 64 is 0 modulo 64).
/// Names of the first generation are known ones.
bool resembles_known(std::string_view label, tic_mode mode) noexcept;

} // namespace releve::teleinfo
