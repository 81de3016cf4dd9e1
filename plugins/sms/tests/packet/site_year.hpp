// SPDX-License-Identifier: Apache-2.0
// A simulated year of a site of twenty dwellings: seeded, so that each run sees the same. What people do varies from
// dwelling to dwelling and from day to day; the weather is the same for all.
#pragma once

#include "packet/state.hpp"

#include <array>
#include <cmath>
#include <random>

namespace site_year {

using namespace releve::sms;

struct quantity {
    const char* name;
    const char* unit;
    const char* channel;
    int decimals; // of the meter's own resolution
    bool counter;
};
// Electricity by the Wh, gas by pulses of 10 litres, water by pulses of 10 litres, heat by the kWh, temperatures by 0.1
// Cel.
inline constexpr std::array<quantity, 8> quantities{{
    {"active_energy_drawn", "Wh", "mains", 0, true},
    {"volume", "m3", "gas", 2, true},
    {"volume", "m3", "cold_water", 2, true},
    {"volume", "m3", "hot_water", 2, true},
    {"heat", "Wh", "heating", -3, true},
    {"temperature", "Cel", "living_room", 1, false},
    {"temperature", "Cel", "bedroom", 1, false},
    {"temperature", "Cel", "bathroom", 1, false},
}};
inline constexpr std::size_t dwellings = 20, days = 365;

class site {
    struct household {
        double electricity_kwh, gas_m3, cold_litres, hot_litres, heat_kwh, comfort;
    };
    std::mt19937 random_;
    std::array<household, dwellings> homes_{};
    double weather_ = 0; // how much warmer than usual, in degrees
    int day_ = 0;
    std::vector<double> exact_;

    double normal(double mean, double sigma) { return std::normal_distribution<double>{mean, sigma}(random_); }

    /// Coming and going, cooking, laundry: with this relative spread around the household's mean.
    double about(double mean, double spread, std::mt19937& random) {
        const double shape = 1 / (spread * spread);
        return std::gamma_distribution<double>{shape, mean / shape}(random);
    }

public:
    explicit site(unsigned seed)
        : random_{seed}
        , exact_(dwellings * quantities.size()) {
        for (auto& h : homes_) {
            const double size = 0.6 + std::fabs(normal(0, 0.5)); // of the household
            h = {6 * size, 0.3 * size, 110 * size, 55 * size, 35 + normal(0, 6), normal(20, 0.8)};
        }
        for (std::size_t d = 0; d < dwellings; ++d)
            for (std::size_t q = 0; q < quantities.size(); ++q)
                exact_[d * 8 + q] =
                    quantities[q].counter ? std::floor(std::fabs(normal(4000, 3000))) : homes_[d].comfort;
    }

    void next_weather() {
        weather_ = 0.8 * weather_ + normal(0, 1.8);
        ++day_;
    }
    double outdoors() const { return 11.5 - 8.5 * std::cos(6.2832 * (day_ - 15) / 365) + weather_; }

    /// What one quantity of one dwelling may become today, in its unit (heat in kWh, electricity in kWh).
    double tomorrow(std::size_t dwelling, std::size_t q, std::mt19937& random) {
        const auto& h = homes_[dwelling];
        const double now = exact_[dwelling * 8 + q];
        const double cold = std::max(0.0, 17 - outdoors()) / 12;
        switch (q) {
        case 0:
            return now + about(h.electricity_kwh * (1 + 0.2 * cold), 0.25, random);
        case 1:
            return now + about(h.gas_m3, 0.35, random);
        case 2:
            return now + about(h.cold_litres, 0.3, random) / 1000;
        case 3:
            return now + about(h.hot_litres, 0.35, random) / 1000;
        case 4:
            return cold > 0 ? now + about(h.heat_kwh * cold, 0.1, random) : now;
        default: {
            const double usual = std::max(h.comfort + (q == 7 ? 1.5 : q == 6 ? -1.0 : 0.0), outdoors() + 1);
            return usual + 0.6 * (now - usual) + std::normal_distribution<double>{0, 0.5}(random);
        }
        }
    }

    void live_a_day() {
        for (std::size_t d = 0; d < dwellings; ++d)
            for (std::size_t q = 0; q < quantities.size(); ++q) exact_[d * 8 + q] = tomorrow(d, q, random_);
    }

    /// A value in steps of the resolution; decimals counts from the unit of the quantity (Wh for energy).
    static std::int64_t steps(double exact, std::size_t q, int decimals) {
        const double unit = q == 0 || q == 4 ? 1000 : 1;
        return static_cast<std::int64_t>(quantities[q].counter
                                             ? std::floor(exact * unit * std::pow(10, decimals) + 1e-6)
                                             : std::round(exact * std::pow(10, decimals)));
    }
    double exact(std::size_t dwelling, std::size_t q) const { return exact_[dwelling * 8 + q]; }
    std::mt19937& random() { return random_; }
};

/// The dictionary, with the resolution of electricity as one likes: 0 for Wh, -3 for kWh.
inline std::vector<series_definition> dictionary(int electricity_decimals) {
    std::vector<series_definition> all;
    for (std::size_t d = 0; d < dwellings; ++d)
        for (std::size_t q = 0; q < quantities.size(); ++q) {
            const auto& of = quantities[q];
            const auto number = std::to_string(d + 1);
            std::string device = "device=A";
            if (d < 9) device += '0';
            device += number;
            std::string channel = "channel=";
            channel += of.channel;
            all.push_back(
                {of.name, of.unit, {channel, device}, q == 0 ? electricity_decimals : of.decimals, of.counter});
        }
    return all;
}

/// One reading of everything, at one time.
inline std::vector<packet_record> reading(const site& from, const std::vector<series_definition>& series,
                                          std::int64_t time) {
    std::vector<packet_record> records;
    for (std::uint32_t i = 0; i < series.size(); ++i) {
        const auto q = i % quantities.size();
        records.push_back({time, i, site::steps(from.exact(i / 8, q), q, series[i].decimals), 0});
    }
    return records;
}

} // namespace site_year
