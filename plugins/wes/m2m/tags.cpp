// SPDX-License-Identifier: Apache-2.0
#include "m2m/tags.hpp"

#include <releve/kit/text/number.hpp>

#include <algorithm>
#include <array>

namespace releve::wes {
namespace {

using enum m2m_evidence;
constexpr double nine_digits = 1e9;  // where the index of a meter rolls over
constexpr double max_power = 40'000; // W: of a dwelling's connection
constexpr double wh_per_second = max_power / 3600;

// The indexes of a meter in the order of the maker's annexe. What each stands for depends on the contract, which M2M
// does not tell (10: base, HP or blue HC; ...). So their label is their position.
constexpr std::array tag_rows{
    m2m_row{"T#00", channel_kind::tic, "apparent_power_drawn", "V.A", kind::gauge, 1, 0, 0, "", "", proven,
            "Apparent power"},
    m2m_row{"T#01", channel_kind::tic, "current", "A", kind::gauge, 1, 0, 0, "phase", "1", proven, "Current"},
    m2m_row{"T#02", channel_kind::tic, "current", "A", kind::gauge, 1, 0, 0, "phase", "2", named, "Current"},
    m2m_row{"T#03", channel_kind::tic, "current", "A", kind::gauge, 1, 0, 0, "phase", "3", named, "Current"},
    m2m_row{"T#04", channel_kind::tic, "current_max", "A", kind::gauge, 1, 0, 0, "phase", "1", named,
            "Greatest current called"},
    m2m_row{"T#05", channel_kind::tic, "current_max", "A", kind::gauge, 1, 0, 0, "phase", "2", named,
            "Greatest current called"},
    m2m_row{"T#06", channel_kind::tic, "current_max", "A", kind::gauge, 1, 0, 0, "phase", "3", named,
            "Greatest current called"},
    m2m_row{"T#10", channel_kind::tic, "active_energy_drawn_index", "Wh", kind::counter, 1, nine_digits, wh_per_second,
            "index", "1", proven, "Index of a tariff, by its position: base, HP, EJP HN or Tempo blue HC"},
    m2m_row{"T#11", channel_kind::tic, "active_energy_drawn_index", "Wh", kind::counter, 1, nine_digits, wh_per_second,
            "index", "2", named, "Index of a tariff, by its position: HC, EJP PM or Tempo blue HP"},
    m2m_row{"T#12", channel_kind::tic, "active_energy_drawn_index", "Wh", kind::counter, 1, nine_digits, wh_per_second,
            "index", "3", named, "Index of a tariff, by its position: Tempo white HC"},
    m2m_row{"T#13", channel_kind::tic, "active_energy_drawn_index", "Wh", kind::counter, 1, nine_digits, wh_per_second,
            "index", "4", named, "Index of a tariff, by its position: Tempo white HP"},
    m2m_row{"T#14", channel_kind::tic, "active_energy_drawn_index", "Wh", kind::counter, 1, nine_digits, wh_per_second,
            "index", "5", named, "Index of a tariff, by its position: Tempo red HC"},
    m2m_row{"T#15", channel_kind::tic, "active_energy_drawn_index", "Wh", kind::counter, 1, nine_digits, wh_per_second,
            "index", "6", named, "Index of a tariff, by its position: Tempo red HP"},
    m2m_row{"T#16", channel_kind::tic, "tariff_period", "", kind::text, 0, 0, 0, "", "", named,
            "Tariff period in force"},
    m2m_row{"T#17", channel_kind::tic, "tempo_tomorrow", "", kind::text, 0, 0, 0, "", "", named, "Tomorrow's colour"},
    m2m_row{"A#00", channel_kind::clamp, "apparent_power_drawn", "V.A", kind::gauge, 1, 0, 0, "", "", named,
            "Apparent power"},
    m2m_row{"A#01", channel_kind::clamp, "current", "A", kind::gauge, 0.01, 0, 0, "", "", named, "Current"},
    m2m_row{"W0##", channel_kind::probe, "temperature", "Cel", kind::gauge, 0.1, 0, 0, "", "", proven, "Temperature"},
    m2m_row{"r00#", channel_kind::relay, "relay", "1", kind::gauge, 1, 0, 0, "", "", proven, "1 when on"},
};

/// The channel's number where `tag` is one of `pattern`'s; 0: it is not.
int channel_in(std::string_view pattern, std::string_view tag) {
    if (pattern.size() != tag.size()) return 0;
    int number = 0;
    for (std::size_t i = 0; i < tag.size(); ++i) {
        if (pattern[i] == '#') {
            if (tag[i] < '0' || tag[i] > '9') return 0;
            number = number * 10 + (tag[i] - '0');
        } else if (pattern[i] != tag[i]) {
            return 0;
        }
    }
    return number;
}

int max_channels(channel_kind of) {
    switch (of) {
    case channel_kind::tic:
        return 3;
    case channel_kind::clamp:
        return 4;
    case channel_kind::probe:
        return 30;
    default:
        return 2; // relays of the WES itself
    }
}

} // namespace

std::optional<m2m_tag> m2m_tag_named(std::string_view tag) {
    for (const auto& row : tag_rows)
        if (const int channel = channel_in(row.tag, tag); channel >= 1 && channel <= max_channels(row.of))
            return m2m_tag{&row, channel};
    return {};
}

std::optional<m2m_tag> m2m_tag_of(channel_kind of, int channel, std::string_view series, std::string_view label_value) {
    if (channel < 1 || channel > max_channels(of)) return {};
    for (const auto& row : tag_rows)
        if (row.of == of && row.series == series && (label_value.empty() || row.label_value == label_value))
            return m2m_tag{&row, channel};
    return {};
}

std::string spell(const m2m_tag& tag) {
    std::string made{tag.row->tag};
    int left = tag.channel;
    for (auto at = made.rfind('#'); at != made.npos; at = made.rfind('#')) {
        made[at] = static_cast<char>('0' + left % 10);
        left /= 10;
    }
    return made;
}

bool is_value_of(const m2m_row& row, std::string_view reply) {
    reply = reply.substr(0, reply.find(' '));
    const auto decimals = decimals_of(reply);
    const auto number = plain_number_in(reply);
    if (!decimals || !number || *decimals > kit::decimals_of(row.resolution)) return false;
    if (row.of == channel_kind::probe) return *number >= -60 && *number <= 130;
    return *number >= 0 && (row.modulus == 0 || *number < row.modulus);
}

bool is_m2m_tag(std::string_view tag) {
    if (tag.size() < 4 || tag.size() > 6) return false;
    const char letter = tag.front();
    if (!((letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z'))) return false;
    return std::all_of(tag.begin() + 1, tag.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace releve::wes
