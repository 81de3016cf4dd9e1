// SPDX-License-Identifier: Apache-2.0
// A simulated dwelling: what its meters show at a given time, from only a seed and a start time. No I/O, no clock.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace wes_simulator {

enum class contract { base, off_peak, tempo };
enum class colour { blue, white, red };

// What one WES measures. Energies, pulses and time only rise.
struct readings {
    std::int64_t time_s = 0; // local time of the dwelling, seconds since 1970-01-01 00:00 local

    double power_w = 0; // drawn from the grid
    double apparent_power_va = 0;
    double current_a = 0;
    double max_current_a = 0; // since the start
    double voltage_v = 230;
    bool off_peak = false;       // 22:30 to 06:30
    colour today = colour::blue; // Tempo days begin at 06:00
    colour tomorrow = colour::blue;
    bool tomorrow_known = false; // from 20:00 on, until the new day begins

    double base_wh = 0; // the indexes of the contract; the others stay 0
    double peak_wh = 0, off_peak_wh = 0;
    std::array<double, 3> tempo_peak_wh{}, tempo_off_peak_wh{}; // blue, white, red

    struct clamp {
        double current_a = 0, power_va = 0, index_wh = 0;
    };
    clamp heating, water_heater, cooking;

    double cold_water_l = 0, hot_water_l = 0, gas_l = 0;

    double living_room_c = 19, outdoor_c = 10, tank_c = 55, humidity_percent = 50;
};

double index_wh(const readings& of); // all energy drawn, in any contract
// Pulse counters 1 to 3: cold and hot water, a pulse a litre; gas, ten litres a pulse. Others: 0.
double pulses(const readings& of, std::size_t counter);

// Advances in steps of ten seconds from `start_s`, each of which depends on nothing but the seed, the step and the
// state before: the same seed, start and contract give the same readings at the same time, however the time is reached.
class household {
public:
    static constexpr std::int64_t step_s = 10;

    household(std::uint64_t seed, std::int64_t start_s, contract agreed);

    // Time does not go back: an earlier time changes nothing.
    void advance_to(std::int64_t time_s);
    const readings& now() const { return now_; }
    contract agreed() const { return contract_; }

private:
    struct demand {
        double heating_w = 0, water_heater_w = 0, cooking_w = 0, rest_w = 0;
    };

    double chance(std::uint64_t stream, std::int64_t moment) const; // 0 to 1, always the same for the same arguments
    double drift(std::uint64_t stream, std::int64_t time_s, std::int64_t period_s) const; // the same, without jumps
    colour colour_of(std::int64_t day) const;
    void weather(double hour);
    void heat(double hour, demand& wanted);
    void use_water(double hour);
    void use_appliances(double hour, demand& wanted);
    void meter(const demand& wanted);
    void step();

    std::uint64_t seed_;
    contract contract_;
    readings now_;
    bool radiators_on_ = false;
    bool tank_heats_ = false;
};

} // namespace wes_simulator
