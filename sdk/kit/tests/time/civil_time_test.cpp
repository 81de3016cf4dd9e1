// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/time/civil_time.hpp>

#include <releve/testing/catch.hpp>

#include <stdexcept>

using namespace releve::kit;

TEST_CASE("a date is of the calendar") {
    CHECK(is_valid({2024, 2, 29, 23, 59, 59}));
    for (const civil_time& bad :
         {civil_time{2026, 2, 29, 0, 0, 0}, civil_time{2026, 13, 1, 0, 0, 0}, civil_time{2026, 0, 1, 0, 0, 0},
          civil_time{2026, 1, 0, 0, 0, 0}, civil_time{2026, 1, 1, 24, 0, 0}, civil_time{2026, 1, 1, 0, 60, 0},
          civil_time{2026, 1, 1, 0, 0, 60}})
        CHECK_FALSE(is_valid(bad));
}

TEST_CASE("seconds and civil times are the same thing") {
    CHECK(seconds_of({1970, 1, 1, 0, 0, 0}) == 0);
    CHECK(seconds_of({2026, 11, 23, 14, 3, 22}) == 1'795'442'602);
    CHECK(civil_time_of(1'795'442'602) == civil_time{2026, 11, 23, 14, 3, 22});
    CHECK(civil_time_of(-1) == civil_time{1969, 12, 31, 23, 59, 59});
    for (std::int64_t at = -4'000'000'000; at < 8'000'000'000; at += 123'456'789)
        CHECK(seconds_of(civil_time_of(at)) == at);
}

TEST_CASE("days and months are in English") {
    CHECK(std::string{weekday_name(weekday_of({2026, 11, 23, 0, 0, 0}))} == "Monday");
    CHECK(std::string{month_name(11)} == "November");
    CHECK(date_text({2026, 1, 2, 0, 0, 0}) == "2026-01-02");
    CHECK(time_of_day_text({2026, 1, 2, 3, 4, 5}) == "03:04:05");
}

TEST_CASE("times are written and read by a format") {
    const civil_time at{2026, 11, 23, 14, 3, 22};
    CHECK(formatted(at, "%d/%m/%Y %H:%M:%S") == "23/11/2026 14:03:22");
    CHECK(formatted(at, "%A") == "Monday");
    CHECK(civil_time_in("23/11/2026 14:03:22", "%d/%m/%Y %H:%M:%S") == at);
    CHECK(civil_time_in("2026-11-23", "%F") == civil_time{2026, 11, 23, 0, 0, 0});
    for (const char* bad : {"", "23/11/2026", "23/11/2026 14:03:22 ", "23/13/2026 14:03:22", "x"})
        CHECK_FALSE(civil_time_in(bad, "%d/%m/%Y %H:%M:%S").has_value());
    CHECK_THROWS_AS(formatted(at, "%Z"), std::invalid_argument);
}
