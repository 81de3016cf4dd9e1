// SPDX-License-Identifier: Apache-2.0
#include "household.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace wes_simulator {
namespace {

constexpr std::int64_t day_s = 86400, tempo_begins_s = std::int64_t{6} * 3600;
constexpr double step_h = static_cast<double>(household::step_s) / 3600.0;

enum stream : std::uint64_t { meters = 1, days, sky, tap, hob, grid, lamps, air, colours };

std::uint64_t mixed(std::uint64_t x) { // splitmix64's finaliser
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

bool between(double hour, double from, double to) { return hour >= from && hour < to; }

double seasonal(std::int64_t time_s, double coldest_day) { // -1 in the middle of winter, 1 in the middle of summer
    const double year = static_cast<double>(time_s) / (365.2425 * day_s);
    return -std::cos(2 * std::numbers::pi * (year - std::floor(year) - coldest_day / 365.2425));
}

} // namespace

double index_wh(const readings& of) {
    double all = of.base_wh + of.peak_wh + of.off_peak_wh;
    for (std::size_t i = 0; i < 3; ++i) all += of.tempo_peak_wh[i] + of.tempo_off_peak_wh[i];
    return all;
}

double pulses(const readings& of, std::size_t counter) {
    switch (counter) {
    case 1:
        return std::floor(of.cold_water_l);
    case 2:
        return std::floor(of.hot_water_l);
    case 3:
        return std::floor(of.gas_l / 10);
    default:
        return 0;
    }
}

household::household(std::uint64_t seed, std::int64_t start_s, contract agreed)
    : seed_{seed}
    , contract_{agreed} {
    now_.time_s = start_s - start_s % step_s;
    // Meters that have run for some years.
    const auto worn = [this](std::int64_t which, double most) { return std::floor(chance(meters, which) * most); };
    switch (contract_) {
    case contract::base:
        now_.base_wh = 4e6 + worn(1, 30e6);
        break;
    case contract::off_peak:
        now_.peak_wh = 3e6 + worn(2, 20e6);
        now_.off_peak_wh = 2e6 + worn(3, 15e6);
        break;
    case contract::tempo:
        for (std::size_t i = 0; i < 3; ++i) {
            now_.tempo_peak_wh[i] = 2e5 + worn(static_cast<std::int64_t>(10 + i), 8e6 / static_cast<double>(1 + 3 * i));
            now_.tempo_off_peak_wh[i] =
                1e5 + worn(static_cast<std::int64_t>(20 + i), 5e6 / static_cast<double>(1 + 3 * i));
        }
        break;
    }
    now_.heating.index_wh = worn(4, 12e6);
    now_.water_heater.index_wh = worn(5, 8e6);
    now_.cooking.index_wh = worn(6, 3e6);
    now_.cold_water_l = worn(7, 4e5);
    now_.hot_water_l = worn(8, 2e5);
    now_.gas_l = worn(9, 9e5);
    step();
}

void household::advance_to(std::int64_t time_s) {
    while (now_.time_s + step_s <= time_s) {
        now_.time_s += step_s;
        step();
    }
}

double household::chance(std::uint64_t stream, std::int64_t moment) const {
    const std::uint64_t bits = mixed(mixed(seed_ + (stream << 48U)) ^ static_cast<std::uint64_t>(moment));
    return static_cast<double>(bits >> 11U) * 0x1p-53;
}

double household::drift(std::uint64_t stream, std::int64_t time_s, std::int64_t period_s) const {
    const std::int64_t slot = time_s / period_s;
    const double part = static_cast<double>(time_s % period_s) / static_cast<double>(period_s);
    return std::lerp(chance(stream, slot), chance(stream, slot + 1), part);
}

// About 22 red and 43 white days in a year, all from November to March; the same for every dwelling of a year's
// weather.
colour household::colour_of(std::int64_t day) const {
    if (seasonal(day * day_s, 15) > -0.35) return colour::blue;
    const double draw = chance(colours, day);
    return draw < 0.16 ? colour::red : draw < 0.46 ? colour::white : colour::blue;
}

void household::weather(double hour) {
    const double day_swing = std::cos(2 * std::numbers::pi * (hour - 15) / 24);
    now_.outdoor_c =
        11.5 + 8 * seasonal(now_.time_s, 20) + 3.5 * day_swing + 6 * (drift(sky, now_.time_s, day_s) - 0.5);
    now_.humidity_percent = 48 + 14 * drift(air, now_.time_s, day_s / 4);
}

void household::heat(double hour, demand& wanted) {
    const double goal_c = between(hour, 6, 22.5) ? 20.0 : 17.5;
    if (now_.living_room_c < goal_c - 0.2) radiators_on_ = true;
    if (now_.living_room_c > goal_c + 0.2) radiators_on_ = false;
    wanted.heating_w = radiators_on_ ? 4200 : 0;
    // The walls let the warmth out in forty hours; 3 kW hold 25 degrees of difference; people warm the room too.
    const double held_c = now_.outdoor_c + (wanted.heating_w + 350) * 25.0 / 3000.0;
    now_.living_room_c += (held_c - now_.living_room_c) * step_h / 40.0;

    if (now_.off_peak && now_.tank_c < 58) tank_heats_ = true;
    if (!now_.off_peak || now_.tank_c > 62) tank_heats_ = false;
    wanted.water_heater_w = tank_heats_ ? 2200 : 0;
    now_.tank_c += step_h * (wanted.water_heater_w / 2200 * 12.6 - (now_.tank_c - 19) / 80); // 150 litres
}

void household::use_water(double hour) {
    const std::int64_t minute = now_.time_s / 60;
    const double likely = between(hour, 6.5, 8.5)    ? 0.22
                          : between(hour, 18, 22)    ? 0.14
                          : between(hour, 11.5, 14)  ? 0.10
                          : between(hour, 8.5, 22.5) ? 0.03
                                                     : 0.004;
    if (chance(tap, minute) >= likely) return;
    const double litres = 6.0 * static_cast<double>(step_s) / 60.0; // a tap gives six litres a minute
    const double hot = litres * chance(tap, -minute) * std::clamp((now_.tank_c - 25) / 40, 0.0, 1.0);
    now_.hot_water_l += hot;
    now_.cold_water_l += litres - hot;
    now_.tank_c -= hot * (now_.tank_c - 13) / 150;
}

void household::use_appliances(double hour, demand& wanted) {
    const std::int64_t phase = static_cast<std::int64_t>(seed_ % 2400);
    const bool fridge = (now_.time_s + phase) % 2400 < 900;
    const bool awake = between(hour, 6.5, 23);
    const bool dark = hour < 8 || hour > (seasonal(now_.time_s, 15) < 0 ? 17.0 : 20.5);
    wanted.rest_w = 60 + (fridge ? 95 : 0) + (awake && dark ? 180 : 0);
    if (awake) wanted.rest_w += 350 * drift(lamps, now_.time_s, 1800);
    const bool meal = between(hour, 7, 7.5) || between(hour, 12, 13) || between(hour, 19, 20.25);
    if (meal && chance(hob, now_.time_s / 600) < 0.6) {
        wanted.cooking_w = 1500 * (0.4 + chance(hob, -(now_.time_s / 60)));
        now_.gas_l += 200 * step_h; // one small burner
    }
}

void household::meter(const demand& wanted) {
    now_.voltage_v = 233 + 5 * (drift(grid, now_.time_s, 300) - 0.5) - 0.0006 * now_.power_w;
    now_.power_w = wanted.heating_w + wanted.water_heater_w + wanted.cooking_w + wanted.rest_w;
    now_.apparent_power_va = now_.power_w / 0.97;
    now_.current_a = now_.apparent_power_va / now_.voltage_v;
    now_.max_current_a = std::max(now_.max_current_a, now_.current_a);

    const double energy_wh = now_.power_w * step_h;
    const auto today = static_cast<std::size_t>(now_.today);
    switch (contract_) {
    case contract::base:
        now_.base_wh += energy_wh;
        break;
    case contract::off_peak:
        (now_.off_peak ? now_.off_peak_wh : now_.peak_wh) += energy_wh;
        break;
    case contract::tempo:
        (now_.off_peak ? now_.tempo_off_peak_wh : now_.tempo_peak_wh)[today] += energy_wh;
        break;
    }
    const auto clamp = [this](readings::clamp& at, double power_w) {
        at.power_va = power_w;
        at.current_a = power_w / now_.voltage_v;
        at.index_wh += power_w * step_h;
    };
    clamp(now_.heating, wanted.heating_w);
    clamp(now_.water_heater, wanted.water_heater_w);
    clamp(now_.cooking, wanted.cooking_w);
}

void household::step() {
    const double hour = static_cast<double>(now_.time_s % day_s) / 3600.0;
    const std::int64_t tempo_day = (now_.time_s - tempo_begins_s) / day_s;
    now_.off_peak = hour >= 22.5 || hour < 6.5;
    now_.today = colour_of(tempo_day);
    now_.tomorrow = colour_of(tempo_day + 1);
    now_.tomorrow_known = hour >= 20 || hour < 6;

    demand wanted;
    weather(hour);
    heat(hour, wanted);
    use_water(hour);
    use_appliances(hour, wanted);
    meter(wanted);
}

} // namespace wes_simulator
