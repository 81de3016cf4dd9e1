// SPDX-License-Identifier: Apache-2.0
#include "household.hpp"

#include <releve/testing/catch.hpp>

#include <algorithm>
#include <vector>

using namespace wes_simulator;

namespace {
constexpr std::int64_t day_s = 86400;
constexpr std::int64_t january = 1'768'435'200; // 2026-01-15 00:00
constexpr std::int64_t july = 1'784'073'600;    // 2026-07-15 00:00

std::vector<double> indexes(const readings& now) {
    std::vector<double> all{now.base_wh,
                            now.peak_wh,
                            now.off_peak_wh,
                            now.heating.index_wh,
                            now.water_heater.index_wh,
                            now.cooking.index_wh,
                            now.cold_water_l,
                            now.hot_water_l,
                            now.gas_l};
    all.insert(all.end(), now.tempo_peak_wh.begin(), now.tempo_peak_wh.end());
    all.insert(all.end(), now.tempo_off_peak_wh.begin(), now.tempo_off_peak_wh.end());
    return all;
}

double total_wh(const readings& now) {
    double sum = now.base_wh + now.peak_wh + now.off_peak_wh;
    for (std::size_t i = 0; i < 3; ++i) sum += now.tempo_peak_wh[i] + now.tempo_off_peak_wh[i];
    return sum;
}
} // namespace

TEST_CASE("the same seed gives the same values, however time passes", "[household]") {
    household steps{7, january, contract::off_peak};
    household leap{7, january, contract::off_peak};
    household other{8, january, contract::off_peak};
    for (std::int64_t t = january; t <= january + day_s; t += 37) steps.advance_to(t);
    steps.advance_to(january + day_s);
    leap.advance_to(january + day_s);
    other.advance_to(january + day_s);
    CHECK(indexes(steps.now()) == indexes(leap.now()));
    CHECK(steps.now().living_room_c == leap.now().living_room_c);
    CHECK(indexes(steps.now()) != indexes(other.now()));
    leap.advance_to(january);
    CHECK(leap.now().time_s == january + day_s);
}

TEST_CASE("indexes only rise, and only the running one", "[household]") {
    for (const contract agreed : {contract::base, contract::off_peak, contract::tempo}) {
        household home{3, january, agreed};
        std::vector<double> before = indexes(home.now());
        for (std::int64_t t = january; t < january + 3 * day_s; t += household::step_s) {
            const bool was_off_peak = home.now().off_peak;
            const double off_peak_wh = home.now().off_peak_wh;
            home.advance_to(t);
            const std::vector<double> after = indexes(home.now());
            for (std::size_t i = 0; i < after.size(); ++i) REQUIRE(after[i] >= before[i]);
            if (!was_off_peak && !home.now().off_peak) REQUIRE(home.now().off_peak_wh == off_peak_wh);
            before = after;
        }
    }
}

TEST_CASE("a winter's day and a summer's day are those of a dwelling", "[household]") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        household winter{seed, january, contract::off_peak};
        household summer{seed, july, contract::off_peak};
        const readings winter_before = winter.now();
        const readings summer_before = summer.now();
        double coldest_c = 100;
        for (std::int64_t t = 0; t <= 7 * day_s; t += 600) {
            winter.advance_to(january + t);
            summer.advance_to(july + t);
            coldest_c = std::min(coldest_c, winter.now().living_room_c);
            REQUIRE(winter.now().voltage_v > 215);
            REQUIRE(winter.now().voltage_v < 245);
            REQUIRE(winter.now().apparent_power_va > 60);
            REQUIRE(winter.now().apparent_power_va < 12'000);
            REQUIRE(winter.now().tank_c > 20);
            REQUIRE(winter.now().tank_c < 66);
        }
        const double winter_kwh = (total_wh(winter.now()) - total_wh(winter_before)) / 7000;
        const double summer_kwh = (total_wh(summer.now()) - total_wh(summer_before)) / 7000;
        const double litres = (winter.now().cold_water_l + winter.now().hot_water_l - winter_before.cold_water_l -
                               winter_before.hot_water_l) /
                              7;
        INFO("seed " << seed << ": " << winter_kwh << " and " << summer_kwh << " kWh, " << litres << " l a day");
        CHECK(winter_kwh > 15);
        CHECK(winter_kwh < 90);
        CHECK(summer_kwh > 3);
        CHECK(summer_kwh < 20);
        CHECK(litres > 80);
        CHECK(litres < 600);
        CHECK(coldest_c > 15);
        CHECK(summer.now().outdoor_c > winter.now().outdoor_c);
    }
}

TEST_CASE("a Tempo year has its colours", "[household]") {
    household home{1, january, contract::tempo};
    int days[3] = {};
    for (int day = 0; day < 365; ++day) {
        home.advance_to(january + day * day_s + 12 * 3600);
        const colour now = home.now().today;
        ++days[static_cast<int>(now)];
        CHECK_FALSE(home.now().tomorrow_known);
        home.advance_to(january + day * day_s + 21 * 3600);
        CHECK(home.now().tomorrow_known);
        const colour announced = home.now().tomorrow;
        home.advance_to(january + (day + 1) * day_s + 7 * 3600);
        CHECK(home.now().today == announced);
    }
    CHECK(days[0] > 260);
    CHECK(days[1] > 20);
    CHECK(days[2] > 8);
}
