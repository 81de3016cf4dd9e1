// SPDX-License-Identifier: Apache-2.0
#include "page/catalogue.hpp"

#include <releve/kit/text/number.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

namespace releve::wes {
namespace {

using enum element_form;
using sv = std::string_view;

constexpr double max_count = 4'294'967'295.0;

constexpr element_row tic(sv element, double max, sv series, sv unit, sv help) {
    return {.section = "tic#",
            .element = element,
            .of = channel_kind::tic,
            .first = 1,
            .last = 3,
            .form = whole,
            .min = 0,
            .max = max,
            .always = false,
            .is = releve::kind::gauge,
            .series = series,
            .unit = unit,
            .help = help,
            .resolution = 1};
}
constexpr element_row tic_text(sv element, sv series, sv help) {
    auto row = tic(element, 0, series, "", help);
    row.form = text;
    row.is = releve::kind::text;
    row.resolution = 0;
    return row;
}
constexpr element_row always(element_row row) { return row.always = true, row; }
constexpr element_row phase(sv number, element_row row) { return row.label = "phase", row.label_value = number, row; }
constexpr element_row unless(sv element, element_row row) { return row.unless = element, row; }
/// Nine digits; max_rate: no dwelling draws 72 kW.
constexpr element_row index(sv element, sv series, sv help) {
    auto row = tic(element, 999'999'999, series, "Wh", help);
    row.is = releve::kind::counter;
    row.modulus = 1e9;
    row.max_rate = 20;
    return row;
}
/// `name`: of the register as téléinfo calls it, so that another spelling in a firmware does not change the series.
constexpr element_row tariff(sv element, sv name, sv help) {
    auto row = index(element, "active_energy_drawn_tariff", help);
    return row.label = "register", row.label_value = name, row;
}
constexpr element_row channel(sv section, sv element, channel_kind of, int last, element_form form, sv series, sv unit,
                              sv help) {
    return {.section = section,
            .element = element,
            .of = of,
            .first = 1,
            .last = last,
            .form = form,
            .min = 0,
            .max = max_count,
            .always = form == on_off,
            .is = releve::kind::gauge,
            .series = series,
            .unit = unit,
            .help = help,
            .quantity = form == on_off ? "state" : "",
            .resolution = form == text ? 0.0 : 1.0};
}
constexpr element_row steps(double resolution, element_row row) { return row.resolution = resolution, row; }
constexpr element_row quantity(sv name, element_row row) { return row.quantity = name, row; }
constexpr element_row between(double min, double max, element_row row) { return row.min = min, row.max = max, row; }
constexpr element_row counter(element_row row, double max_rate) {
    return row.is = releve::kind::counter, row.max_rate = max_rate, row;
}
constexpr element_row from(int first, element_row row) { return row.first = first, row; }
constexpr element_row when_seen(element_row row) { return row.always = false, row; }
constexpr element_row server_text(sv element, sv series, sv help) {
    auto row = channel("info", element, channel_kind::server, 1, text, series, "", help);
    return row.is = releve::kind::text, row;
}

// clang-format off
constexpr auto rows = std::to_array<element_row>({
    server_text("firmware", "firmware", "Version of the WES's firmware"),

    tic_text("OPTARIF", "tariff_option", "Tariff option of the contract"),
    tic_text("PTEC", "tariff_period", "Current tariff period, in the words of the WES"),
    tic_text("DEMAIN", "tempo_tomorrow", "Tempo colour of tomorrow, in the words of the WES"),
    tic("ISOUSC", 999, "current_subscribed", "A", "Subscribed current"),
    always(tic("PAP", 999'999, "apparent_power_drawn", "V.A", "Apparent power drawn")),
    tic("PAPIJ", 999'999, "apparent_power_injected", "V.A", "Apparent power injected"),
    unless("IINST1", phase("1", always(tic("IINST", 999, "current", "A", "Current")))),
    phase("1", tic("IINST1", 999, "current", "A", "Current of phase 1")),
    phase("2", tic("IINST2", 999, "current", "A", "Current of phase 2")),
    phase("3", tic("IINST3", 999, "current", "A", "Current of phase 3")),
    phase("1", tic("TENSION1", 500, "voltage", "V", "Voltage of phase 1")),
    phase("2", tic("TENSION2", 500, "voltage", "V", "Voltage of phase 2")),
    phase("3", tic("TENSION3", 500, "voltage", "V", "Voltage of phase 3")),
    unless("IMAX1", phase("1", tic("IMAX", 999, "current_max", "A", "Greatest current called"))),
    phase("1", tic("IMAX1", 999, "current_max", "A", "Greatest current of phase 1")),
    phase("2", tic("IMAX2", 999, "current_max", "A", "Greatest current of phase 2")),
    phase("3", tic("IMAX3", 999, "current_max", "A", "Greatest current of phase 3")),
    quantity("state", tic("PEJP", 999, "peak_announced", "1", "EJP notice as the WES has it; not 0 while a mobile peak is announced")),

    index("BASE", "active_energy_drawn", "Active energy drawn, all hours"),
    tariff("HCHC", "HCHC", "Active energy drawn, off-peak hours"),
    tariff("H_CREUSE", "HCHC", "Active energy drawn, off-peak hours"),
    tariff("HCHP", "HCHP", "Active energy drawn, peak hours"),
    tariff("H_PLEINE", "HCHP", "Active energy drawn, peak hours"),
    tariff("EJPHN", "EJPHN", "Active energy drawn, EJP normal hours"),
    tariff("EJPHPM", "EJPHPM", "Active energy drawn, EJP mobile peak hours"),
    tariff("BBRHCJB", "BBRHCJB", "Active energy drawn, Tempo off-peak, blue days"),
    tariff("BBRHPJB", "BBRHPJB", "Active energy drawn, Tempo peak, blue days"),
    tariff("BBRHCJW", "BBRHCJW", "Active energy drawn, Tempo off-peak, white days"),
    tariff("BBRHPJW", "BBRHPJW", "Active energy drawn, Tempo peak, white days"),
    tariff("BBRHCJR", "BBRHCJR", "Active energy drawn, Tempo off-peak, red days"),
    tariff("BBRHPJR", "BBRHPJR", "Active energy drawn, Tempo peak, red days"),
    tariff("H_WeekEnd", "H_WeekEnd", "Active energy drawn, week-end"),
    tariff("HC_Semaine", "HC_Semaine", "Active energy drawn, off-peak, week"),
    tariff("HP_Semaine", "HP_Semaine", "Active energy drawn, peak, week"),
    tariff("HC_WeekEnd", "HC_WeekEnd", "Active energy drawn, off-peak, week-end"),
    tariff("HP_WeekEnd", "HP_WeekEnd", "Active energy drawn, peak, week-end"),
    tariff("HC_Mercredi", "HC_Mercredi", "Active energy drawn, off-peak, Wednesday"),
    tariff("HP_Mercredi", "HP_Mercredi", "Active energy drawn, peak, Wednesday"),
    tariff("H_SUPER_CREUSE", "H_SUPER_CREUSE", "Active energy drawn, super-off-peak hours"),
    index("INJECTION", "active_energy_injected", "Active energy injected"),
    index("Production", "active_energy_produced", "Active energy produced"),

    quantity("count", counter(channel("impulsion", "PULSE#", channel_kind::pulse, 6, whole, "pulse_count", "1", "Pulses counted"), 0)),
    counter(channel("impulsion", "INDEX#", channel_kind::pulse, 6, pulse_index, "volume", "m3", "Index of the meter behind"), 0),

    steps(0.01, between(0, 1000, channel("pince", "I#", channel_kind::clamp, 4, decimal, "current", "A", "Current"))),
    counter(channel("pince", "INDEX#", channel_kind::clamp, 4, clamp_energy, "active_energy_drawn", "Wh", "Energy index"), 20),
    counter(channel("pince", "INJECT#", channel_kind::clamp, 4, clamp_energy, "active_energy_injected", "Wh",
                    "Injected energy index; a custom page may print the mode's number here"), 20),
    between(0, 500, channel("pince", "V", channel_kind::mains, 1, whole, "voltage", "V", "Mains voltage, of the 9 V supply")),

    steps(0.1, between(-60, 130, channel("temp", "SONDE#", channel_kind::probe, 30, with_sign, "temperature", "Cel", "Temperature"))),
    channel("relais", "RELAIS#", channel_kind::relay, 2, on_off, "relay", "1", "1 when the relay is on"),
    from(101, channel("relais1W", "RELAIS#", channel_kind::relay, 908, on_off, "relay", "1", "1 when the relay is on")),
    channel("entree", "ENTREE#", channel_kind::input, 2, on_off, "input", "1", "1 when the input is active"),
    steps(0.01, between(0, 100, channel("analogique", "AD#", channel_kind::analog, 4, volts, "voltage", "V", "Voltage at the input"))),
    when_seen(channel("switch_virtuel", "SWITCH#", channel_kind::virtual_switch, 24, on_off, "virtual_switch", "1",
                      "1 when the virtual switch is on")),
    steps(0.01, between(-1e15, 1e15, channel("variables", "VARIABLE#", channel_kind::variable, 8, with_sign, "variable", "1",
                                 "Variable of the WES's programs"))),
});
// clang-format on

std::string numbered(sv pattern, int number) {
    std::string name;
    for (const char c : pattern) {
        if (c == '#')
            name += std::to_string(number);
        else
            name += c;
    }
    return name;
}

/// The texts that a WES prints where it has no value.
bool is_placeholder(sv value) {
    return value == "." || value == "Pas Dispo" || value.find("ERR") != sv::npos ||
           value.find_first_not_of('-') == sv::npos;
}

constexpr std::size_t max_text = 64; // bytes: more than any text of the page has

/// All ones in 32 bits: what a counter reads whose device does not answer.
constexpr sv all_ones = "4294967295";

struct element_channel {
    const element_row* row;
    int channel;
};

/// The row and channel of each element, by "section/element".
const std::unordered_map<std::string, element_channel>& channels_by_element() {
    static const auto all = [] {
        std::unordered_map<std::string, element_channel> made;
        for (const auto& row : rows) {
            for (int n = row.first; n <= row.last; ++n) {
                if (n > 100 && (n % 10 == 0 || n % 10 == 9)) continue; // 1-Wire cards have eight relays
                made.emplace(numbered(row.section, n) + "/" + numbered(row.element, n), element_channel{&row, n});
            }
        }
        return made;
    }();
    return all;
}

class page {
public:
    page(const document& from, clamp_unit clamps, kit::odd_entries* odd)
        : from_{from}
        , clamps_{clamps}
        , odd_{odd}
        , energy_decimals_{common_decimals(from)} {
        for (int n = 1; n <= 3; ++n) meters_[static_cast<std::size_t>(n)] = meter(from, n);
    }

    std::vector<element_value> read() const {
        std::vector<element_value> all;
        all.reserve(from_.size());
        for (const auto& [key, found] : from_.elements()) {
            const auto at = channels_by_element().find(key);
            if (at != channels_by_element().end() && !found.empty()) take(key, at->second, found, all);
        }
        note_odd();
        std::sort(all.begin(), all.end(), [](const element_value& a, const element_value& b) {
            return a.row != b.row ? a.row < b.row : a.channel < b.channel;
        });
        return all;
    }

private:
    void note(sv key, sv why, sv text = {}) const {
        if (odd_ == nullptr) return;
        std::string said{why};
        if (!text.empty()) said.append(": \"").append(text).append("\"");
        odd_->note(key, said);
    }

    /// Of the elements that the document itself could not read, those that would be a value.
    void note_odd() const {
        for (const auto& [key, one] : from_.odd()) {
            const auto at = channels_by_element().find(key);
            const bool is_value = at != channels_by_element().end() && !is_absent(at->second);
            const bool is_section = key.find('/') == key.npos;
            if (key.ends_with("/ADCO"))
                note(key, one.why); // a meter's number: personal data
            else if (is_value || is_section)
                note(key, one.why, one.text);
        }
    }

    bool is_absent(const element_channel& at) const {
        return at.row->of == channel_kind::tic && meters_[static_cast<std::size_t>(at.channel)] != meter_state::present;
    }

    void take(const std::string& key, const element_channel& at, sv found, std::vector<element_value>& all) const {
        const auto& row = *at.row;
        if (is_absent(at)) return;
        element_value made{&row, at.channel, 0, {}, from_.odd().contains(key)};
        if (row.form == text) {
            if (row.element == "OPTARIF" && found.ends_with('.')) found.remove_suffix(1); // printed by the template
            if (found.empty() || is_placeholder(found)) return;
            if (found.size() > max_text) return note(key, "is longer than 64 bytes");
            made.text = found;
        } else {
            if (row.form == volts && decimals_of(found) == 0) return; // of which unit?
            const auto number = value(row, found);
            if (!number) return note(key, "is not as a WES prints it", found);
            if (*number < row.min || *number > row.max) return note(key, "is out of its range", found);
            made.number = *number;
            if (row.is == releve::kind::counter && found == all_ones) {
                made.doubtful = true;
                note(key, "of all ones is suspect: so reads a counter that does not answer");
            }
        }
        all.push_back(made);
    }

    std::optional<double> value(const element_row& row, sv found) const {
        if (row.form == on_off) {
            if (found == "ON" || found == "1") return 1;
            if (found == "OFF" || found == "0") return 0;
            return std::nullopt;
        }
        const auto decimals = decimals_of(found);
        if (!decimals || !is_form(row, *decimals, found)) return std::nullopt;
        const auto number = plain_number_in(found);
        return row.form == clamp_energy && number ? energy_wh(*number, *decimals) : number;
    }

    /// Digits that no firmware prints are damage, or a carry that its format has lost: 12.1000 of "%d.%03.0f" is 13.
    static bool is_form(const element_row& row, int decimals, sv found) {
        switch (row.form) {
        case whole:
            return decimals == 0 && found.size() <= std::to_string(static_cast<std::int64_t>(row.max)).size();
        case pulse_index:
            return decimals == 0 || decimals == 3;
        case clamp_energy:
            return true; // by its unit
        default:
            return decimals <= kit::decimals_of(row.resolution);
        }
    }

    std::optional<double> energy_wh(double number, int decimals) const {
        if (clamps_ == clamp_unit::watt_hour) return number;
        if (clamps_ == clamp_unit::kilowatt_hour) return std::round(number * 1000);
        if (energy_decimals_ != decimals) return std::nullopt;
        if (decimals == 0) return number;
        if (decimals == 3) return std::round(number * 1000); // kWh with three decimals are whole Wh
        return std::nullopt;
    }

    /// All clamps of a page are printed with the same decimals: a point in only one of them is damage, not a unit.
    static std::optional<int> common_decimals(const document& from) {
        std::optional<int> common;
        for (const sv element : {"INDEX1", "INDEX2", "INDEX3", "INDEX4"}) {
            const auto energy = from.text("pince", element);
            if (!energy) continue;
            const auto decimals = decimals_of(*energy);
            if (!decimals) continue; // no number: that clamp alone has no value
            if (common && *common != *decimals) return std::nullopt;
            common = decimals;
        }
        return common;
    }

    const document& from_;
    clamp_unit clamps_;
    kit::odd_entries* odd_;
    std::optional<int> energy_decimals_;
    std::array<meter_state, 4> meters_{};
};

} // namespace

std::span<const element_row> catalogue() noexcept { return rows; }

std::string channel_name(channel_kind kind, int number) {
    constexpr std::array<sv, 11> names{"",      "tic",   "pulse",  "clamp",  "mains",   "probe",
                                       "relay", "input", "analog", "switch", "variable"};
    std::string name{names[static_cast<std::size_t>(kind)]};
    if (kind != channel_kind::server && kind != channel_kind::mains) name += std::to_string(number);
    return name;
}

std::vector<element_value> values_of(const document& from, clamp_unit clamps, kit::odd_entries* odd) {
    return page{from, clamps, odd}.read();
}

meter_state meter(const document& from, int number) {
    const auto section = numbered("tic#", number);
    const auto first = from.elements().lower_bound(section + "/");
    if (first == from.elements().end() || !first->first.starts_with(section + "/")) return meter_state::no_such_input;
    auto address = from.text(section, "ADCO");
    const auto odd = from.odd().find(section + "/ADCO");
    if (!address && odd != from.odd().end()) address = odd->second.text;
    // A custom page may have no ADCO; in a damaged page it may be what is missing. A meter's number has twelve digits;
    // "Pas Dispo" has none, and one damaged byte does not give it six.
    const auto digits =
        address ? std::count_if(address->begin(), address->end(), [](char c) { return c >= '0' && c <= '9'; }) : 0;
    const bool has_none = !from.elements().contains(section + "/ADCO") && odd == from.odd().end();
    const bool present = digits >= 6 || (!from.recovered() && has_none);
    return present ? meter_state::present : meter_state::no_frame;
}

} // namespace releve::wes
