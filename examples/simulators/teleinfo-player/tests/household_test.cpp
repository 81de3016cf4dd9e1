// SPDX-License-Identifier: Apache-2.0
#include <household.hpp>

#include <releve/testing/catch.hpp>

using namespace teleinfo_player;

namespace {
constexpr std::int64_t winter_noon = 1'768'474'800; // 2026-01-15 11:00 UTC
}

TEST_CASE("indexes only rise, one at a time, and a day is a dwelling's", "[household]") {
    household home{3};
    const auto begin = home.at(winter_noon);
    auto before = begin;
    for (std::int64_t now = winter_noon; now < winter_noon + 86400; now += 47) {
        const auto next = home.at(now);
        REQUIRE(next.off_peak_wh >= before.off_peak_wh);
        REQUIRE(next.peak_wh >= before.peak_wh);
        if (next.off_peak && before.off_peak) REQUIRE(next.peak_wh == before.peak_wh);
        if (!next.off_peak && !before.off_peak) REQUIRE(next.off_peak_wh == before.off_peak_wh);
        REQUIRE(next.apparent_power_va > 80);
        REQUIRE(next.apparent_power_va < 99'999);
        REQUIRE(next.voltage_v >= 207);
        REQUIRE(next.voltage_v <= 253);
        before = next;
    }
    const auto day_wh = before.off_peak_wh + before.peak_wh - begin.off_peak_wh - begin.peak_wh;
    CHECK(day_wh > 5'000);
    CHECK(day_wh < 60'000);
}

TEST_CASE("a restarted player continues where it was", "[household]") {
    household first{5};
    first.at(winter_noon - 86400);
    household again{5};
    const auto expected = first.at(winter_noon), got = again.at(winter_noon);
    CHECK(got.peak_wh == expected.peak_wh);
    CHECK(got.off_peak_wh == expected.off_peak_wh);
    CHECK(got.apparent_power_va == expected.apparent_power_va);
    CHECK(household{6}.at(winter_noon).peak_wh != expected.peak_wh);
    CHECK(first.at(winter_noon - 60).peak_wh <= expected.peak_wh); // back, as when the clock is set
}

TEST_CASE("off-peak hours follow the time of mainland France", "[household]") {
    household home{1};
    const std::int64_t winter_day = 1'768'435'200, summer_day = 1'784'073'600; // 00:00 UTC
    CHECK(home.at(winter_day + 5 * 3600 + 29 * 60).off_peak);
    CHECK_FALSE(home.at(winter_day + 5 * 3600 + 30 * 60).off_peak);
    CHECK_FALSE(home.at(winter_day + 21 * 3600 + 29 * 60).off_peak);
    CHECK(home.at(winter_day + 21 * 3600 + 30 * 60).off_peak);
    CHECK(home.at(summer_day + 20 * 3600 + 30 * 60).off_peak);
    CHECK_FALSE(home.at(summer_day + 4 * 3600 + 30 * 60).off_peak);
}

TEST_CASE("what is averaged and highest lies in its period", "[household]") {
    household home{1};
    const auto now = home.at(winter_noon + 17 * 60 + 5);
    CHECK(now.curve_w[0].utc_s == winter_noon);
    CHECK(now.curve_w[1].utc_s == winter_noon - 1800);
    CHECK(now.mean_voltage_v.utc_s == winter_noon + 600);
    CHECK(now.highest_va[0].utc_s <= now.utc_s);
    CHECK(now.highest_va[0].value >= now.apparent_power_va);
    CHECK(now.highest_va[1].utc_s < winter_noon - 12 * 3600);
    CHECK(now.highest_va[1].utc_s >= winter_noon - 36 * 3600);
}
