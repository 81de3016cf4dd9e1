// SPDX-License-Identifier: Apache-2.0
// What can be queried on the M2M port: one row for each kind of tag, with the source of what is known. No I/O.
#pragma once

#include "page/catalogue.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace releve::wes {

/// proven: a published client reads it. named: the maker's manual names the tag; its use over M2M is likely.
enum class m2m_evidence : std::uint8_t { proven, named };

struct m2m_row {
    std::string_view tag; // without the 'g'; "#" is the channel's number, "##" the same with two digits
    channel_kind of;
    std::string_view series, unit;
    kind is;
    double resolution;
    double modulus;  // 0: none
    double max_rate; // units a second; 0: not known
    std::string_view label, label_value;
    m2m_evidence known;
    std::string_view help;
};

struct m2m_tag {
    const m2m_row* row;
    int channel;
};

/// "T100", "W012", "r002". Nothing: its meaning is not known.
std::optional<m2m_tag> m2m_tag_named(std::string_view tag);
/// The tag of a value; nothing: no tag is known. `label_value`: of its phase or its index; empty: the first that
/// matches.
std::optional<m2m_tag> m2m_tag_of(channel_kind of, int channel, std::string_view series, std::string_view label_value);
/// "T100": what to ask for.
std::string spell(const m2m_tag& tag);

/// Whether a reply has the decimals that the device prints for such a tag, and a number in its range.
bool is_value_of(const m2m_row& row, std::string_view reply);
/// A letter of either case and three to five digits, as in all known tags: what may be sent to a WES.
bool is_m2m_tag(std::string_view tag);

} // namespace releve::wes
