// SPDX-License-Identifier: Apache-2.0
#include "decoder/meter.hpp"
#include "decoder/register.hpp"

#include <cmath>

namespace releve::teleinfo {

namespace {

using sv = std::string_view;

/// Series that no row of the table stands for.
enum class part : std::uint32_t {
    row, // the row itself; parts of a row follow
    phase_1,
    phase_2,
    phase_3,
    relay_1, // and seven more
    dry_contact = relay_1 + 8,
    breaker,
    terminal_cover,
    overvoltage,
    overload,
    producer,
    injecting,
    distributor_index,
    clock_degraded,
    euridis,
    plc,
    plc_synchronised,
    tempo_today,
    tempo_tomorrow,
    peak_announced,
    peak_running,
    clock_drift,
    phases,
};
constexpr std::uint32_t parts = 64;
constexpr auto others = static_cast<std::uint32_t>(tic_label_count * parts);

std::uint32_t id_of(const tic_label& label, part which = part::row) noexcept {
    return static_cast<std::uint32_t>(place_of(label)) * parts + static_cast<std::uint32_t>(which);
}

meter_value reading_of(const tic_label& label) noexcept {
    return {.id = id_of(label),
            .kind = label.kind,
            .series = label.series,
            .quantity = label.quantity,
            .unit = label.unit,
            .help = label.meaning,
            .by = label.by,
            .by_value = label.by.empty() ? sv{} : label.by_value(),
            .phase = label.phase,
            .resolution = label.kind == tic_kind::text ? 0 : label.scale};
}

meter_value flag(part which, sv series, sv help, bool is) noexcept {
    return {.id = static_cast<std::uint32_t>(which),
            .kind = tic_kind::gauge,
            .series = series,
            .quantity = "state",
            .unit = "1",
            .help = help,
            .number = is ? 1.0 : 0.0,
            .resolution = 1};
}
meter_value number(part which, sv series, sv help, unsigned value) noexcept {
    auto made = flag(which, series, help, false);
    made.number = value;
    return made;
}
meter_value word(part which, sv series, sv help, sv value) noexcept {
    return {
        .id = static_cast<std::uint32_t>(which), .kind = tic_kind::text, .series = series, .help = help, .text = value};
}

sv trim(sv text) noexcept {
    const auto from = text.find_first_not_of(' ');
    if (from == sv::npos) return {};
    return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

/// DEMAIN in the words of STGE.
sv colour_of(sv demain) noexcept {
    if (demain == "BLEU") return "blue";
    if (demain == "BLAN") return "white";
    if (demain == "ROUG") return "red";
    return "none";
}

constexpr sv tomorrow_help = "Tempo colour of tomorrow; none: not known yet, or no Tempo contract";

} // namespace

void tic_meter::end_frame(frame_end end, std::int64_t now_ns, std::int64_t steady_ns, const report_function& report) {
    ++frames_;
    held_back_.clear();
    if (frame_.good_count() == 0 && frame_.other_count() == 0) return;
    ++good_frames_;
    if (frame_.test()) return;
    learn(end);
    const moment at{now_ns, steady_ns};
    const auto labels = tic_labels();
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (frame_.of(i).present && phase_judge::sends(frame_phases_, labels[i])) report_label(labels[i], at, report);
    if (frame_.mode() == tic_mode::historique)
        if (const auto over = overload_.inspect(frame_, end, frame_phases_); over)
            report(flag(part::overload, "overload", "1 while more than the subscribed power is drawn", *over));
    if (phases_.known() != 0) report(number(part::phases, "phases", "Phases of the meter", phases_.known()));
    report_clock(at, report);
    report_others(report);
}

void tic_meter::learn(frame_end end) {
    phases_.inspect(frame_, end);
    frame_phases_ = phases_.known() != 0 ? phases_.known() : phase_judge::of_frame(frame_, end);
    frame_.place_first_generation_power(frame_phases_);
    for (const auto& [label, mode] : {std::pair{"ADCO", tic_mode::historique}, std::pair{"ADSC", tic_mode::standard}})
        if (const auto* entry = frame_.find(label, mode)) serial_.inspect(entry->text);
    if (const auto* entry = frame_.find("PRM", tic_mode::standard)) delivery_point_.inspect(entry->text);
    // ISOUSC is the subscribed power over 200 V, a third of it for three phases (02E §2.3).
    if (const auto* entry = frame_.find("ISOUSC", tic_mode::historique); entry != nullptr && entry->number != 0)
        subscribed_va_ = static_cast<double>(entry->number) * 200 * (frame_phases_ == 3 ? 3 : 1);
    if (const auto* entry = frame_.find("PREF", tic_mode::standard); entry != nullptr && entry->number != 0)
        subscribed_va_ = static_cast<double>(entry->number) * 1000;
}

void tic_meter::report_label(const tic_label& label, moment at, const report_function& report) {
    if (label.kind == tic_kind::counter) return report_counter(label, at, report);
    if (label.stamped) return report_stamped(label, report);
    const auto& entry = frame_.of(place_of(label));
    auto reading = reading_of(label);
    std::string made;
    if (label.kind == tic_kind::gauge) {
        reading.number = static_cast<double>(entry.number) * label.scale;
        reading.doubtful = doubtful_power(label);
        report(reading);
    } else if (label.kind == tic_kind::text) {
        reading.text = entry.text;
        if (label.form == tic_form::text) reading.text = trim(entry.text);
        if (label.label == "DEMAIN")
            reading = word(part::tempo_tomorrow, "tempo_tomorrow", tomorrow_help, colour_of(entry.text));
        if (label.form == tic_form::profile) {
            day_profile profile;
            if (!read_day_profile(entry.text, profile)) return;
            made = profile_text(profile);
            reading.text = made;
        }
        report(reading);
    }
    report_parts(label, report);
}

double tic_meter::max_rate(const tic_label& label) const noexcept {
    // Twice the power, for what the breaker lets through. A "tarif bleu" has 36 kVA at most; injection has its own
    // limit, which the line does not say.
    constexpr double greatest_va = 36'000;
    if (label.form != tic_form::index && label.quantity == "volume") return 0.02; // dal per second: 720 l/h x 10
    const bool drawn = label.quantity == "active_energy" && label.series != "active_energy_injected";
    return 2 * (drawn && subscribed_va_ > 0 ? subscribed_va_ : greatest_va) / 3600;
}

void tic_meter::report_counter(const tic_label& label, moment at, const report_function& report) {
    const auto place = place_of(label);
    const auto& entry = frame_.of(place);
    const double rate = max_rate(label);
    const bool trusted = frame_.clean() && entry.text.size() == label.width;
    if (!indexes_[place].accept(entry.number, at.steady_ns, rate, trusted)) return held_back_.push_back(&label);
    auto reading = reading_of(label);
    reading.number = static_cast<double>(entry.number) * label.scale;
    reading.modulus = std::pow(10.0, static_cast<double>(entry.text.size())) * label.scale;
    reading.max_rate = rate * label.scale;
    report(reading);
}

void tic_meter::report_stamped(const tic_label& label, const report_function& report) {
    const auto& entry = frame_.of(place_of(label));
    if (label.label == "DATE") return;
    auto reading = reading_of(label);
    if (label.form == tic_form::instant) { // the beginning or end of a peak to come
        const auto text = local_text(entry.at);
        reading.text = text;
        report(reading);
        return;
    }
    if (entry.at.in == season::none) return;
    // CCASN-1 is the point before of CCASN's curve: of the same series, reported only when that point was missed. Its
    // row follows.
    const tic_label* curve = &label;
    if (label.series == "active_power_drawn_mean" || label.series == "active_power_injected_mean")
        if (label.label.ends_with("-1")) curve = &label - 1;
    if (!horodates_[place_of(*curve)].is_new(entry.at)) return;
    reading.id = id_of(*curve);
    reading.help = curve->meaning;
    reading.number = static_cast<double>(entry.number) * label.scale;
    reading.doubtful = entry.at.degraded;
    reading.stamped = true;
    if (settings_.horodates == horodate_use::mainland)
        if (const auto seconds = mainland_seconds(entry.at)) reading.own_time_ns = *seconds * 1'000'000'000;
    report(reading);
}

void tic_meter::report_parts(const tic_label& label, const report_function& report) const {
    const auto bits = static_cast<std::uint32_t>(frame_.of(place_of(label)).number);
    if (label.label == "STGE") return report_status(bits, report);
    if (label.form == tic_form::relays)
        for (unsigned n = 0; n < 8; ++n) {
            const char digit = static_cast<char>('1' + n);
            auto reading = flag(part::row, "relay", label.meaning, (bits >> n & 1) != 0);
            reading.id = id_of(label, static_cast<part>(static_cast<std::uint32_t>(part::relay_1) + n));
            reading.by = "relay";
            reading.by_value = {&digit, 1};
            report(reading);
        }
    if (label.label == "PPOT")
        for (unsigned n = 1; n <= 3; ++n) {
            auto reading = flag(part::row, "phase_absent", label.meaning, (bits >> n & 1) != 0);
            reading.id = id_of(label, static_cast<part>(n));
            reading.phase = static_cast<std::uint8_t>(n);
            report(reading);
        }
}

void tic_meter::report_status(std::uint32_t stge, const report_function& report) const {
    const auto status = read_status(stge);
    const auto report_word = [&](part which, sv series, sv help, sv value) {
        if (!value.empty()) report(word(which, series, help, value));
    };
    report(flag(part::dry_contact, "dry_contact_open", "1 when the dry contact is open", status.dry_contact_open));
    report_word(part::breaker, "breaker", "The breaking device: closed, or why it is open", status.breaker);
    report(flag(part::terminal_cover, "terminal_cover_open", "1 when the distributor's terminal cover is open",
                status.terminal_cover_open));
    report(flag(part::overvoltage, "overvoltage", "1 during an overvoltage on a phase", status.overvoltage));
    report(flag(part::overload, "overload", "1 while more than the subscribed power is drawn", status.overload));
    report(flag(part::producer, "producer", "1 when the meter works as a producer's", status.producer));
    report(flag(part::injecting, "injecting", "1 while active energy goes to the grid", status.injecting));
    report(number(part::distributor_index, "distributor_index", "Number of the distributor's index that runs",
                  status.distributor_index));
    report(flag(part::clock_degraded, "clock_degraded", "1 when the meter's clock was not set after it had stopped",
                status.clock_degraded));
    report_word(part::euridis, "euridis", "Euridis bus: off, unsecured, secured", status.euridis);
    report_word(part::plc, "plc", "Power line carrier: new_unlocked, new_locked, registered", status.plc);
    report(flag(part::plc_synchronised, "plc_synchronised", "1 when the power line carrier is synchronised",
                status.plc_synchronised));
    report_word(part::tempo_today, "tempo_today", "Tempo colour of today; none: no Tempo contract", status.tempo_today);
    report_word(part::tempo_tomorrow, "tempo_tomorrow", tomorrow_help, status.tempo_tomorrow);
    report(number(part::peak_announced, "peak_announced", "Mobile peak 1 to 3 of which notice is given; 0: none",
                  status.peak_announced));
    report(number(part::peak_running, "peak_running", "Mobile peak 1 to 3 that runs; 0: none", status.peak_running));
}

bool tic_meter::doubtful_power(const tic_label& label) const noexcept {
    if (!label.three_phase || label.mode != tic_mode::standard || label.series != "apparent_power_drawn") return false;
    const char digit = static_cast<char>('0' + label.phase);
    const auto* const volts = frame_.find(std::string{"URMS"} + digit, tic_mode::standard);
    const auto* const amperes = frame_.find(std::string{"IRMS"} + digit, tic_mode::standard);
    if (volts == nullptr || amperes == nullptr) return false;
    return impossible_power(frame_.of(place_of(label)).number, volts->number, amperes->number);
}

void tic_meter::report_clock(moment at, const report_function& report) const {
    const auto* const date = frame_.find("DATE", tic_mode::standard);
    if (date == nullptr || date->at.degraded || settings_.horodates == horodate_use::host) return;
    const auto seconds = mainland_seconds(date->at);
    if (!seconds) return;
    const auto drift_ns = *seconds * 1'000'000'000 - at.now_ns;
    report({.id = static_cast<std::uint32_t>(part::clock_drift),
            .kind = tic_kind::gauge,
            .series = "clock_drift",
            .quantity = "duration",
            .unit = "s",
            .help = "How far the meter's clock is ahead of this machine's",
            .number = std::round(static_cast<double>(drift_ns) / 1e9),
            .resolution = 1});
}

void tic_meter::report_others(const report_function& report) {
    for (std::size_t i = 0; i < frame_.other_count(); ++i) {
        const auto& entry = frame_.others()[i];
        if (entry.label == "ADS") continue; // the serial number of a PME-PMI: personal data
        const auto number = others_.inspect(entry);
        if (!number) continue;
        meter_value reading{.id = others + *number,
                            .kind = entry.is_number ? tic_kind::gauge : tic_kind::text,
                            .series = entry.is_number ? "other_value" : "other_text",
                            .unit = entry.unit,
                            .help = "A label that this version does not know",
                            .by = "tic",
                            .by_value = entry.label,
                            .number = entry.number,
                            .text = entry.text,
                            .doubtful = entry.at.degraded};
        if (entry.stamped && settings_.horodates == horodate_use::mainland)
            if (const auto seconds = mainland_seconds(entry.at)) reading.own_time_ns = *seconds * 1'000'000'000;
        report(reading);
    }
    others_.end_frame();
}

} // namespace releve::teleinfo
