// SPDX-License-Identifier: Apache-2.0
// The M2M port: what a public client sends, and what it expects.
#include "device.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace wes_simulator {
namespace {

std::string text(const char* format, double value) {
    char out[48];
    std::snprintf(out, sizeof out, format, value);
    return out;
}

template <std::size_t N>
std::string digits_of(const std::array<bool, N>& states) {
    std::string all;
    for (const bool on : states) all += on ? '1' : '0';
    return all;
}

int digits(std::string_view of) {
    int value = -1;
    const auto read = std::from_chars(of.data(), of.data() + of.size(), value);
    return read.ec == std::errc{} && read.ptr == of.data() + of.size() ? value : -1;
}

std::string index_text(double wh) { return text("%09.0f", static_cast<double>(static_cast<long long>(wh))); }

// Places 10 to 15: base, HP or blue HC; HC or blue HP; white HC, white HP, red HC, red HP.
double index_at(const readings& now, contract agreed, int place) {
    switch (agreed) {
    case contract::base:
        return place == 0 ? now.base_wh : 0;
    case contract::off_peak:
        return place == 0 ? now.peak_wh : place == 1 ? now.off_peak_wh : 0;
    default:
        const auto colour = static_cast<std::size_t>(place / 2);
        return place % 2 == 0 ? now.tempo_off_peak_wh[colour] : now.tempo_peak_wh[colour];
    }
}

std::string meter_text(const readings& now, contract agreed, int field) {
    if (field == 0) return text("%.0f", static_cast<double>(static_cast<long long>(now.apparent_power_va)));
    if (field == 1) return text("%.0f", std::round(now.current_a));
    if (field == 4) return text("%.0f", std::round(now.max_current_a));
    if (field >= 10 && field <= 15) return index_text(index_at(now, agreed, field - 10));
    return "0";
}

} // namespace

std::string device::m2m_value(std::string_view command) {
    const readings& now = home_.now();
    const bool sets = command.starts_with('s');
    const auto rest = command.substr(std::min<std::size_t>(1, command.size()));
    if (sets) {
        carry_out(rest);
        if (rest.starts_with("rl10") && setting_.card != relay_card::none)
            return (setting_.card == relay_card::called_0 ? "RLW0=" : "RLW1=") + digits_of(card_);
        if (rest.starts_with("rl")) return "RLMB=" + digits_of(relays_);
        return "SW=" + digits_of(switches_).substr(0, 8);
    }
    if (rest == "I000") return text("0A1B2C3D%04.0f", static_cast<double>(setting_.seed % 10'000));
    const int number = rest.empty() ? -1 : digits(rest.substr(1));
    if (number < 0) return "0"; // the reply of a device to an unknown command is not known
    const int channel = number / 100, field = number % 100;
    switch (rest.front()) {
    case 'T':
        return channel == 1 && fault_.kind != fault::absent_meter ? meter_text(now, home_.agreed(), field) : "0";
    case 'A': {
        const readings::clamp none;
        const auto& clamp = channel == 1   ? now.heating
                            : channel == 2 ? now.water_heater
                            : channel == 3 ? now.cooking
                                           : none;
        return field == 0 ? text("%.0f", clamp.power_va) : text("%.2f", clamp.current_a);
    }
    case 'P': {
        const double litres = channel == 1   ? now.cold_water_l
                              : channel == 2 ? now.hot_water_l
                              : channel == 3 ? now.gas_l
                                             : 0;
        return field == 1 ? text("%.0f", static_cast<double>(static_cast<long long>(litres)))
                          : text("%.2f l", litres); // the use of the day is not simulated: this is the total
    }
    case 'W': {
        const double probes[] = {now.living_room_c, now.outdoor_c, now.tank_c, now.humidity_percent};
        return text("%.1f", number >= 1 && number <= 4 ? probes[number - 1] : 0.0);
    }
    case 'r':
        if (number == 1 || number == 2) return relays_[static_cast<std::size_t>(number - 1)] ? "1" : "0";
        return number == 109 ? digits_of(card_) : "00000000";
    default:
        return "0";
    }
}

reply device::answer_m2m(std::string_view command) {
    reply out;
    if (setting_.dialect == m2m_dialect::b) out.bytes.append(command).append("\r\n=");
    out.bytes += m2m_value(command);
    if (fault_.kind == fault::bad_name) out.bytes += "\xe9";
    out.bytes += "\r\n";
    if (fault_.kind == fault::cut) out.bytes.resize(out.bytes.size() / 2);
    with_fault(out);
    return out;
}

} // namespace wes_simulator
