// SPDX-License-Identifier: Apache-2.0
#include "decoder/labels.hpp"
#include "decoder/bytes.hpp"

#include <array>

namespace releve::teleinfo {

namespace {

using enum tic_mode;

struct measure {
    std::string_view quantity, unit;
    double scale = 1;
};
constexpr measure ampere{"current", "A"}, volt{"voltage", "V"}, watt{"power", "W"};
constexpr measure volt_ampere{"apparent_power", "V.A"}, kilovolt_ampere{"apparent_power", "V.A", 1000};
constexpr measure watt_hour{"active_energy", "Wh"}, reactive{"reactive_energy", "var.h"};
constexpr measure decalitre{"volume", "m3", 0.01}, minute{"duration", "s", 60}, ordinal{"state", "1"};

using text = std::string_view;

constexpr tic_label amount(tic_mode mode, text label, std::uint8_t width, measure in, text series, text meaning) {
    return {.label = label,
            .mode = mode,
            .form = tic_form::digits,
            .width = width,
            .kind = tic_kind::gauge,
            .series = series,
            .quantity = in.quantity,
            .unit = in.unit,
            .scale = in.scale,
            .meaning = meaning};
}
constexpr tic_label meter(tic_mode mode, text label, std::uint8_t width, measure in, text series, text meaning) {
    auto made = amount(mode, label, width, in, series, meaning);
    made.kind = tic_kind::counter;
    return made;
}
constexpr tic_label energy(tic_mode mode, text label, text series, text meaning) {
    auto made = meter(mode, label, 9, watt_hour, series, meaning);
    made.form = tic_form::index;
    return made;
}
constexpr tic_label words(tic_mode mode, text label, tic_form form, std::uint8_t width, text series, text meaning) {
    return {.label = label,
            .mode = mode,
            .form = form,
            .width = width,
            .kind = tic_kind::text,
            .series = series,
            .meaning = meaning};
}
/// Several series of one name, 0 or 1 each.
constexpr tic_label flags(tic_mode mode, text label, tic_form form, std::uint8_t width, text meaning) {
    return {.label = label,
            .mode = mode,
            .form = form,
            .width = width,
            .quantity = "state",
            .unit = "1",
            .meaning = meaning};
}
/// Makes no series.
constexpr tic_label only(tic_mode mode, text label, tic_form form, std::uint8_t width, text meaning) {
    return {.label = label, .mode = mode, .form = form, .width = width, .meaning = meaning};
}
constexpr tic_label stamped(tic_label of) { return of.stamped = true, of; }
constexpr tic_label by(text key, tic_label of) { return of.by = key, of; }
constexpr tic_label phase(std::uint8_t number, tic_label of) { return of.phase = number, of; }
constexpr tic_label three(std::uint8_t number, tic_label of) { return of.phase = number, of.three_phase = true, of; }

// One row a label, in the order of the line.
// clang-format off
constexpr auto table = std::to_array<tic_label>({
    // Historique: 54E §6.1, 02E §2
    only(historique, "ADCO", tic_form::identifier, 12, "Meter's address: its serial number"),
    words(historique, "OPTARIF", tic_form::code, 4, "tariff_option", "Tariff option of the contract"),
    amount(historique, "ISOUSC", 2, ampere, "current_subscribed", "Subscribed current"),
    energy(historique, "BASE", "active_energy_drawn", "Active energy drawn, all hours"),
    by("register", energy(historique, "HCHC", "active_energy_drawn_tariff", "Active energy drawn, off-peak hours")),
    by("register", energy(historique, "HCHP", "active_energy_drawn_tariff", "Active energy drawn, peak hours")),
    by("register", energy(historique, "EJPHN", "active_energy_drawn_tariff", "Active energy drawn, EJP normal hours")),
    by("register", energy(historique, "EJPHPM", "active_energy_drawn_tariff", "Active energy drawn, EJP mobile peak hours")),
    by("register", energy(historique, "BBRHCJB", "active_energy_drawn_tariff", "Active energy drawn, Tempo off-peak, blue days")),
    by("register", energy(historique, "BBRHPJB", "active_energy_drawn_tariff", "Active energy drawn, Tempo peak, blue days")),
    by("register", energy(historique, "BBRHCJW", "active_energy_drawn_tariff", "Active energy drawn, Tempo off-peak, white days")),
    by("register", energy(historique, "BBRHPJW", "active_energy_drawn_tariff", "Active energy drawn, Tempo peak, white days")),
    by("register", energy(historique, "BBRHCJR", "active_energy_drawn_tariff", "Active energy drawn, Tempo off-peak, red days")),
    by("register", energy(historique, "BBRHPJR", "active_energy_drawn_tariff", "Active energy drawn, Tempo peak, red days")),
    amount(historique, "PEJP", 2, minute, "peak_notice", "Notice of an EJP mobile peak, sent before and during the peak"),
    words(historique, "PTEC", tic_form::code, 4, "tariff_period", "Tariff period that runs"),
    words(historique, "DEMAIN", tic_form::code, 4, "tempo_tomorrow", "Tempo colour of tomorrow"),
    phase(1, amount(historique, "IINST", 3, ampere, "current", "Current")),
    three(1, amount(historique, "IINST1", 3, ampere, "current", "Current of phase 1")),
    three(2, amount(historique, "IINST2", 3, ampere, "current", "Current of phase 2")),
    three(3, amount(historique, "IINST3", 3, ampere, "current", "Current of phase 3")),
    phase(1, amount(historique, "ADPS", 3, ampere, "current_overload", "Current while it exceeds the subscribed one")),
    three(1, amount(historique, "ADIR1", 3, ampere, "current_overload", "Current of phase 1 while above the subscribed one")),
    three(2, amount(historique, "ADIR2", 3, ampere, "current_overload", "Current of phase 2 while above the subscribed one")),
    three(3, amount(historique, "ADIR3", 3, ampere, "current_overload", "Current of phase 3 while above the subscribed one")),
    phase(1, amount(historique, "IMAX", 3, ampere, "current_max", "Greatest current called; constant 90 on a Linky")),
    three(1, amount(historique, "IMAX1", 3, ampere, "current_max", "Greatest current of phase 1; constant 60 on a Linky")),
    three(2, amount(historique, "IMAX2", 3, ampere, "current_max", "Greatest current of phase 2; constant 60 on a Linky")),
    three(3, amount(historique, "IMAX3", 3, ampere, "current_max", "Greatest current of phase 3; constant 60 on a Linky")),
    three(0, amount(historique, "PMAX", 5, watt, "power_max", "Greatest power; on a Linky the apparent power of the day before")),
    amount(historique, "PAPP", 5, volt_ampere, "apparent_power_drawn", "Apparent power drawn"),
    words(historique, "HHPHC", tic_form::code, 1, "off_peak_programme", "Programme of the off-peak hours; A on a Linky"),
    words(historique, "MOTDETAT", tic_form::state, 6, "meter_state", "State word of the meter, for Enedis"),
    three(0, flags(historique, "PPOT", tic_form::hex, 2, "1 when the phase has no voltage")),
    meter(historique, "GAZ", 7, decalitre, "gas_index", "Gas index of a concentrator"),
    meter(historique, "AUTRE", 7, decalitre, "other_index", "Index of another fluid of a concentrator"),
    // Standard: 54E §6.2.2
    only(standard, "ADSC", tic_form::identifier, 12, "Meter's serial number"),
    amount(standard, "VTIC", 2, ordinal, "tic_version", "Version of the output format"),
    stamped(only(standard, "DATE", tic_form::instant, 0, "Meter's clock")),
    words(standard, "NGTF", tic_form::text, 16, "tariff_calendar", "Name of the supplier's calendar"),
    words(standard, "LTARF", tic_form::text, 16, "tariff_name", "Name of the tariff that runs"),
    energy(standard, "EAST", "active_energy_drawn", "Active energy drawn, all hours"),
    by("register", energy(standard, "EASF01", "active_energy_drawn_tariff", "Active energy drawn, supplier's index 1")),
    by("register", energy(standard, "EASF02", "active_energy_drawn_tariff", "Active energy drawn, supplier's index 2")),
    by("register", energy(standard, "EASF03", "active_energy_drawn_tariff", "Active energy drawn, supplier's index 3")),
    by("register", energy(standard, "EASF04", "active_energy_drawn_tariff", "Active energy drawn, supplier's index 4")),
    by("register", energy(standard, "EASF05", "active_energy_drawn_tariff", "Active energy drawn, supplier's index 5")),
    by("register", energy(standard, "EASF06", "active_energy_drawn_tariff", "Active energy drawn, supplier's index 6")),
    by("register", energy(standard, "EASF07", "active_energy_drawn_tariff", "Active energy drawn, supplier's index 7")),
    by("register", energy(standard, "EASF08", "active_energy_drawn_tariff", "Active energy drawn, supplier's index 8")),
    by("register", energy(standard, "EASF09", "active_energy_drawn_tariff", "Active energy drawn, supplier's index 9")),
    by("register", energy(standard, "EASF10", "active_energy_drawn_tariff", "Active energy drawn, supplier's index 10")),
    by("register", energy(standard, "EASD01", "active_energy_drawn_distributor", "Active energy drawn, distributor's index 1")),
    by("register", energy(standard, "EASD02", "active_energy_drawn_distributor", "Active energy drawn, distributor's index 2")),
    by("register", energy(standard, "EASD03", "active_energy_drawn_distributor", "Active energy drawn, distributor's index 3")),
    by("register", energy(standard, "EASD04", "active_energy_drawn_distributor", "Active energy drawn, distributor's index 4")),
    energy(standard, "EAIT", "active_energy_injected", "Active energy injected"),
    by("quadrant", meter(standard, "ERQ1", 9, reactive, "reactive_energy", "Reactive energy, quadrant 1")),
    by("quadrant", meter(standard, "ERQ2", 9, reactive, "reactive_energy", "Reactive energy, quadrant 2")),
    by("quadrant", meter(standard, "ERQ3", 9, reactive, "reactive_energy", "Reactive energy, quadrant 3")),
    by("quadrant", meter(standard, "ERQ4", 9, reactive, "reactive_energy", "Reactive energy, quadrant 4")),
    phase(1, amount(standard, "IRMS1", 3, ampere, "current", "Current of phase 1")),
    three(2, amount(standard, "IRMS2", 3, ampere, "current", "Current of phase 2")),
    three(3, amount(standard, "IRMS3", 3, ampere, "current", "Current of phase 3")),
    phase(1, amount(standard, "URMS1", 3, volt, "voltage", "Voltage of phase 1")),
    three(2, amount(standard, "URMS2", 3, volt, "voltage", "Voltage of phase 2")),
    three(3, amount(standard, "URMS3", 3, volt, "voltage", "Voltage of phase 3")),
    amount(standard, "PREF", 2, kilovolt_ampere, "apparent_power_subscribed", "Subscribed power"),
    amount(standard, "PCOUP", 2, kilovolt_ampere, "apparent_power_breaking", "Power at which the meter breaks"),
    amount(standard, "SINSTS", 5, volt_ampere, "apparent_power_drawn", "Apparent power drawn"),
    three(1, amount(standard, "SINSTS1", 5, volt_ampere, "apparent_power_drawn", "Apparent power drawn on phase 1")),
    three(2, amount(standard, "SINSTS2", 5, volt_ampere, "apparent_power_drawn", "Apparent power drawn on phase 2")),
    three(3, amount(standard, "SINSTS3", 5, volt_ampere, "apparent_power_drawn", "Apparent power drawn on phase 3")),
    stamped(amount(standard, "SMAXSN", 5, volt_ampere, "apparent_power_drawn_max", "Greatest power drawn today")),
    three(1, stamped(amount(standard, "SMAXSN1", 5, volt_ampere, "apparent_power_drawn_max", "Greatest drawn today on phase 1"))),
    three(2, stamped(amount(standard, "SMAXSN2", 5, volt_ampere, "apparent_power_drawn_max", "Greatest drawn today on phase 2"))),
    three(3, stamped(amount(standard, "SMAXSN3", 5, volt_ampere, "apparent_power_drawn_max", "Greatest drawn today on phase 3"))),
    stamped(amount(standard, "SMAXSN-1", 5, volt_ampere, "apparent_power_drawn_max_yesterday", "Greatest power drawn yesterday")),
    three(1, stamped(amount(standard, "SMAXSN1-1", 5, volt_ampere, "apparent_power_drawn_max_yesterday", "Greatest drawn yesterday on phase 1"))),
    three(2, stamped(amount(standard, "SMAXSN2-1", 5, volt_ampere, "apparent_power_drawn_max_yesterday", "Greatest drawn yesterday on phase 2"))),
    three(3, stamped(amount(standard, "SMAXSN3-1", 5, volt_ampere, "apparent_power_drawn_max_yesterday", "Greatest drawn yesterday on phase 3"))),
    amount(standard, "SINSTI", 5, volt_ampere, "apparent_power_injected", "Apparent power injected"),
    stamped(amount(standard, "SMAXIN", 5, volt_ampere, "apparent_power_injected_max", "Greatest power injected today")),
    stamped(amount(standard, "SMAXIN-1", 5, volt_ampere, "apparent_power_injected_max_yesterday", "Greatest power injected yesterday")),
    stamped(amount(standard, "CCASN", 5, watt, "active_power_drawn_mean", "Mean active power drawn, at the end of its period")),
    stamped(amount(standard, "CCASN-1", 5, watt, "active_power_drawn_mean", "The point before, in the same series")),
    stamped(amount(standard, "CCAIN", 5, watt, "active_power_injected_mean", "Mean active power injected, at the end of its period")),
    stamped(amount(standard, "CCAIN-1", 5, watt, "active_power_injected_mean", "The point before, in the same series")),
    phase(1, stamped(amount(standard, "UMOY1", 3, volt, "voltage_mean", "Mean voltage of phase 1, at the end of its period"))),
    three(2, stamped(amount(standard, "UMOY2", 3, volt, "voltage_mean", "Mean voltage of phase 2, at the end of its period"))),
    three(3, stamped(amount(standard, "UMOY3", 3, volt, "voltage_mean", "Mean voltage of phase 3, at the end of its period"))),
    words(standard, "STGE", tic_form::hex, 8, "status_register", "Status register in hexadecimal; its parts are series too"),
    by("peak", stamped(words(standard, "DPM1", tic_form::instant, 2, "peak_begin", "When mobile peak 1 begins, local time"))),
    by("peak", stamped(words(standard, "FPM1", tic_form::instant, 2, "peak_end", "When mobile peak 1 ends, local time"))),
    by("peak", stamped(words(standard, "DPM2", tic_form::instant, 2, "peak_begin", "When mobile peak 2 begins, local time"))),
    by("peak", stamped(words(standard, "FPM2", tic_form::instant, 2, "peak_end", "When mobile peak 2 ends, local time"))),
    by("peak", stamped(words(standard, "DPM3", tic_form::instant, 2, "peak_begin", "When mobile peak 3 begins, local time"))),
    by("peak", stamped(words(standard, "FPM3", tic_form::instant, 2, "peak_end", "When mobile peak 3 ends, local time"))),
    words(standard, "MSG1", tic_form::text, 32, "message", "Short message"),
    words(standard, "MSG2", tic_form::text, 16, "message_short", "Very short message, sent in one frame only"),
    only(standard, "PRM", tic_form::identifier, 14, "Point of delivery"),
    flags(standard, "RELAIS", tic_form::relays, 3, "1 when the relay is closed"),
    amount(standard, "NTARF", 2, ordinal, "tariff_index", "Number of the supplier's index that runs, 1 to 10"),
    amount(standard, "NJOURF", 2, ordinal, "day_profile", "Number of today's day profile"),
    amount(standard, "NJOURF+1", 2, ordinal, "day_profile_tomorrow", "Number of tomorrow's day profile"),
    words(standard, "PJOURF+1", tic_form::profile, 98, "day_schedule_tomorrow", "Schedule of tomorrow's day profile"),
    words(standard, "PPOINTE", tic_form::profile, 98, "peak_day_schedule", "Schedule of the next mobile peak day"),
});
// clang-format on
static_assert(table.size() == tic_label_count);

/// A label's characters and its mode as two words: what is hashed and compared.
struct label_key {
    std::uint64_t low = 0, high = 0;
    friend constexpr bool operator==(const label_key&, const label_key&) = default;
};

constexpr label_key with_mode(std::uint64_t low, std::uint64_t high, tic_mode mode) {
    return {low, high | std::uint64_t{static_cast<std::uint8_t>(mode)} << 56};
}
constexpr label_key key_of(std::string_view label, tic_mode mode) {
    std::array<std::uint64_t, 2> words_of{};
    for (std::size_t i = 0; i < label.size(); ++i)
        words_of[i / 8] |= std::uint64_t{static_cast<std::uint8_t>(label[i])} << (i % 8 * 8);
    return with_mode(words_of[0], words_of[1], mode);
}

constexpr unsigned slot_bits = 11;
constexpr std::uint8_t no_label = 0xff;

constexpr std::size_t slot_of(const label_key& key, std::uint64_t seed) {
    return static_cast<std::size_t>(((key.low ^ (key.high * 0x9e3779b97f4a7c15u)) * seed) >> (64 - slot_bits));
}

/// A perfect hash: no two labels share a slot. The seed is searched for by the compiler.
struct label_index {
    std::uint64_t seed = 0;
    std::array<std::uint8_t, std::size_t{1} << slot_bits> slots{};
    std::array<label_key, table.size()> keys{};
};

constexpr label_index make_index() {
    label_index made;
    for (std::size_t i = 0; i < table.size(); ++i) made.keys[i] = key_of(table[i].label, table[i].mode);
    for (made.seed = 0xd6e8feb86659fd93u;; made.seed = made.seed * 6364136223846793005u + 1442695040888963407u) {
        made.slots.fill(no_label);
        bool fits = true;
        for (std::size_t i = 0; i < table.size() && fits; ++i) {
            auto& slot = made.slots[slot_of(made.keys[i], made.seed)];
            fits = slot == no_label;
            slot = static_cast<std::uint8_t>(i);
        }
        if (fits) return made;
    }
}

constexpr auto labels = make_index();

/// Names in Linky of the first generation (ERDF-NOI-CPT_54E v1), as published decoders have met them, and those of 54E.
struct other_name {
    label_key key;
    std::uint8_t place;
};
constexpr std::uint8_t place_named(std::string_view label) {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (table[i].mode == standard && table[i].label == label) return static_cast<std::uint8_t>(i);
    throw "no such label"; // not at run time
}
constexpr other_name first(std::string_view label, std::string_view now) {
    return {key_of(label, standard), place_named(now)};
}
constexpr std::array first_generation{
    first("SINST1", "SINSTS"),      first("SINST2", "SINSTS2"),     first("SINST3", "SINSTS3"),
    first("SMAXN", "SMAXSN"),       first("SMAXN1", "SMAXSN1"),     first("SMAXN2", "SMAXSN2"),
    first("SMAXN3", "SMAXSN3"),     first("SMAXN-1", "SMAXSN-1"),   first("SMAXN1-1", "SMAXSN1-1"),
    first("SMAXN2-1", "SMAXSN2-1"), first("SMAXN3-1", "SMAXSN3-1"), first("PPOINTE1", "PPOINTE"),
};

const tic_label* find_first(const label_key& key) noexcept {
    for (const auto& one : first_generation)
        if (one.key == key) return &table[one.place];
    return nullptr;
}

const tic_label* find(const label_key& key) noexcept {
    const auto i = labels.slots[slot_of(key, labels.seed)];
    return i != no_label && labels.keys[i] == key ? &table[i] : nullptr;
}

/// At least 16 bytes can be read at label.data().
inline label_key read_key(std::string_view label, tic_mode mode) noexcept {
    const auto low = low_bytes(load_bytes(label.data()), label.size());
    const auto high = label.size() > 8 ? low_bytes(load_bytes(label.data() + 8), label.size() - 8) : 0;
    return with_mode(low, high, mode);
}

} // namespace

std::span<const tic_label> tic_labels() noexcept { return table; }

const tic_label* find_label(std::string_view label, tic_mode mode) noexcept { return find(read_key(label, mode)); }

const tic_label* label_order::find(std::string_view label, tic_mode mode) noexcept {
    const auto key = read_key(label, mode);
    auto& next = next_[last_];
    if (labels.keys[next] == key) return &table[last_ = next];
    const auto* const found = teleinfo::find(key);
    if (found != nullptr) last_ = next = static_cast<std::uint8_t>(place_of(*found));
    return found;
}

const tic_label* find_first_generation(std::string_view label, tic_mode mode) noexcept {
    if (label.size() > 9) return nullptr;
    return find_first(key_of(label, mode));
}

bool resembles_known(std::string_view label, tic_mode mode) noexcept {
    std::array<char, 16> flipped{};
    label.copy(flipped.data(), flipped.size());
    for (std::size_t i = 0; i < label.size() && i < flipped.size(); ++i) {
        flipped[i] = static_cast<char>(flipped[i] ^ 0x40);
        const auto key = key_of({flipped.data(), label.size()}, mode);
        if (find(key) != nullptr || find_first(key) != nullptr) return true;
        flipped[i] = label[i];
    }
    return false;
}

} // namespace releve::teleinfo
