// SPDX-License-Identifier: Apache-2.0
#include "site_time.hpp"

#include <releve/failure.hpp>
#include <releve/record_text.hpp>
#include <releve/testing/catch.hpp>

using namespace releve::print;
using namespace std::chrono;
using releve::utc_text;

namespace {
releve::time_point utc(year_month_day day, nanoseconds of_day = {}) {
    return releve::time_point{sys_days{day}} + of_day;
}
} // namespace

TEST_CASE("times are the site's, also on both sides of a clock change") {
    site_time paris{"Europe/Paris"};
    CHECK(paris.at(utc(2026y / 11 / 23, 13h + 3min + 22s)).clock == "14:03:22");
    CHECK(paris.at(utc(2026y / 11 / 23, 13h)).day == "Monday 23 November 2026");
    CHECK(paris.at(utc(2026y / 10 / 25, 59min + 59s)).clock == "02:59:59");
    CHECK(paris.at(utc(2026y / 10 / 25, 1h)).clock == "02:00:00");
    CHECK(paris.at(utc(2026y / 3 / 29, 1h)).clock == "03:00:00");
    CHECK(paris.at(utc(2026y / 12 / 31, 23h)).day == "Friday 1 January 2027");
    CHECK(paris.at(utc(1969y / 12 / 31, 22h + 59min + 59s)).clock == "23:59:59");
}

TEST_CASE("a zone that this machine does not know is said to be so") {
    CHECK_THROWS_AS(site_time{"Europe/Atlantis"}, releve::permanent_error);
}

TEST_CASE("a UTC time has the digits it needs") {
    CHECK(utc_text(utc(2026y / 1 / 2)) == "2026-01-02T00:00:00Z");
    CHECK(utc_text(utc(2026y / 1 / 2, 3h + 250ms)) == "2026-01-02T03:00:00.25Z");
    CHECK(utc_text(utc(2026y / 1 / 2, 1ns)) == "2026-01-02T00:00:00.000000001Z");
    CHECK(utc_text(utc(1969y / 12 / 31, 23h + 59min + 59s + 500ms)) == "1969-12-31T23:59:59.5Z");
}
