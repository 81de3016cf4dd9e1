// SPDX-License-Identifier: Apache-2.0
// What the firmware answers for each code of its templates.
#include "device.hpp"

#include <charconv>
#include <cmath>

namespace wes_simulator {
namespace {

argument whole(double value) { return static_cast<long long>(value); }

int number_in(std::string_view text) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string_view colour_name(colour which) {
    switch (which) {
    case colour::blue:
        return "BLEU";
    case colour::white:
        return "BLANC";
    default:
        return "ROUGE";
    }
}

std::string period(const household& home) {
    const bool off_peak = home.now().off_peak;
    switch (home.agreed()) {
    case contract::base:
        return "Toutes Heures"; // what a WES writes here is not known
    case contract::off_peak:
        return off_peak ? "H. Creuses" : "H. Pleines";
    default:
        return std::string{off_peak ? "H. Creuse " : "H. Pleine "} + std::string{colour_name(home.now().today)};
    }
}

argument option_name(contract agreed) {
    switch (agreed) {
    case contract::base:
        return "BASE";
    case contract::off_peak:
        return "HC";
    default:
        return "BBR";
    }
}

// The codes that print an energy index of the running contract.
double tariff_wh(const readings& now, std::string_view code) {
    if (code == "b1") return now.base_wh;
    if (code == "c2" || code == "C") return now.off_peak_wh;
    if (code == "c1" || code == "P") return now.peak_wh;
    if (code.size() == 2 && code[0] == 'r') {
        const int which = code[1] - '1'; // blue peak, blue off-peak, white peak, ...
        if (which >= 0 && which < 6) {
            const auto of = static_cast<std::size_t>(which / 2);
            return which % 2 == 0 ? now.tempo_peak_wh[of] : now.tempo_off_peak_wh[of];
        }
    }
    return 0;
}

} // namespace

// Codes "<letter><what><meter>[<more>]" of groups e, i and T. A dwelling has one meter, on input 1.
arguments device::meter_value(std::string_view code) const {
    const readings& now = home_.now();
    const bool there = code.size() > 2 && code[2] == '1' && fault_.kind != fault::absent_meter;
    const char what = code[1];
    const std::string_view more = code.substr(3);
    if (code[0] == 'e') {
        if (what == 'S') return {there ? argument{45LL} : argument{0LL}};
        if (what == 'o') return {there ? option_name(home_.agreed()) : argument{std::string{}}};
        return {there ? argument{"0418765" + std::to_string(43210 + setting_.seed % 1000)} : argument{"Pas Dispo"}};
    }
    if (code[0] == 'i') {
        if (what == 'p') return {whole(there ? now.apparent_power_va : 0)};
        if (what == 'i' && more == "0") return {whole(there ? std::round(now.current_a) : 0)};
        if (what == 'M' && more == "0") return {whole(there ? std::round(now.max_current_a) : 0)};
        if (what == 'u' && more == "1") return {whole(there ? now.voltage_v : 0)};
        return {0LL};
    }
    if (what == 'n') return {there ? argument{period(home_)} : argument{"TIC NDERR."}};
    if (what == 'd' || what == 'D') {
        const bool announced = there && home_.agreed() == contract::tempo && now.tomorrow_known;
        return {announced ? argument{"Jour " + std::string{colour_name(now.tomorrow)}} : argument{"----"}};
    }
    return {whole(there ? tariff_wh(now, std::string{what} + std::string{more}) : 0)};
}

// Clamps, pulse counters, probes, relays, inputs, analogue inputs, switches, variables.
arguments device::channel_value(std::string_view code) const {
    const readings& now = home_.now();
    const auto n = static_cast<std::size_t>(number_in(code.substr(code.find_last_not_of("0123456789") + 1)));
    if (code.starts_with("PA") || code.starts_with("PW")) {
        const readings::clamp* clamps[] = {&now.heating, &now.water_heater, &now.cooking};
        const bool there = n >= 1 && n <= 3;
        if (code[1] == 'A') return {there ? clamps[n - 1]->current_a : 0.0};
        const double wh = there ? clamps[n - 1]->index_wh : 0;
        if (clamps_in_kwh(setting_.profile)) return {std::floor(wh) / 1000};
        return {whole(wh)};
    }
    if (code.starts_with("PIt")) return {clamps_in_kwh(setting_.profile) ? argument{0.0} : argument{0LL}};
    if (code == "PVV") return {whole(now.voltage_v)};
    if (code.starts_with("pp") || code.starts_with("pIU")) {
        // An index step is a litre of water, or a pulse of gas in m3.
        const double counted = pulses(now, n);
        if (code[1] == 'p') return {whole(counted)};
        if (n != 3) return setting_.profile == firmware::v0_84a10 ? arguments{whole(counted), 0.0} : arguments{counted};
        if (setting_.profile != firmware::v0_84a10) return {std::floor(counted / 100)};
        return {whole(counted / 100), std::fmod(counted, 100) * 10};
    }
    if (code.starts_with("W") && code.size() == 4 && code[2] == 'T') {
        const double probes[] = {now.living_room_c, now.outdoor_c, now.tank_c, now.humidity_percent};
        const auto probe = static_cast<std::size_t>((code[1] - '0') * 10 + code[3] - '0');
        return {probe < 4 ? probes[probe] : 0.0};
    }
    if (code == "WRo") return {card_page()};
    if (code.starts_with("oR")) return {n >= 1 && n <= 2 && relays_[n - 1] ? "ON" : "OFF"};
    if (code.starts_with("lV") || code.starts_with("lSE")) {
        return {n >= 1 && n <= switches_.size() && switches_[n - 1] ? 1LL : 0LL};
    }
    if (code.starts_with("lE")) return {n == 1 && now.off_peak ? 1LL : 0LL}; // the meter's off-peak contact
    if (code.starts_with("lA")) {
        const double volts = n == 2 ? 3.3 * now.humidity_percent / 100 : 0;
        return {setting_.profile == firmware::v0_61d ? whole(volts) : argument{volts}};
    }
    if (code.starts_with("Vv")) return {0.0};
    return {};
}

arguments device::value(std::string_view code) const {
    if (code == "gd") {
        // Civil date from days, Howard Hinnant's algorithm (days_from_civil), for years of this era.
        const long long days = home_.now().time_s / 86400 + 719468;
        const long long era_day = days % 146097;
        const long long era_year = (era_day - era_day / 1460 + era_day / 36524 - era_day / 146096) / 365;
        const long long year_day = era_day - (365 * era_year + era_year / 4 - era_year / 100);
        const long long month = (5 * year_day + 2) / 153;
        const long long day = year_day - (153 * month + 2) / 5 + 1;
        const long long year = era_year + days / 146097 * 400 + (month >= 10 ? 1 : 0);
        return {day, month < 10 ? month + 3 : month - 9, year};
    }
    if (code == "hh") {
        const long long minute = home_.now().time_s / 60 % 1440;
        return {minute / 60, minute % 60};
    }
    if (code == "vv") return {std::string{version(setting_.profile)}};
    if (code.size() > 2 && (code[0] == 'e' || code[0] == 'i' || code[0] == 'T')) return meter_value(code);
    return channel_value(code);
}

} // namespace wes_simulator
