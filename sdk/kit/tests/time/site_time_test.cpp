// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/time/site_time.hpp>

#include <releve/failure.hpp>
#include <releve/testing/catch.hpp>

using namespace releve::kit;
using namespace std::chrono;

namespace {

releve::time_point utc(year_month_day day, nanoseconds of_day = {}) {
    return releve::time_point{sys_days{day}} + of_day;
}
const site_time paris{"Europe/Paris"};

} // namespace

TEST_CASE("times are the site's, also on both sides of a clock change") {
    CHECK(paris.time_of_day(utc(2026y / 11 / 23, 13h + 3min + 22s)) == "14:03:22");
    CHECK(paris.day_for_people(utc(2026y / 11 / 23, 13h)) == "Monday 23 November 2026");
    CHECK(paris.time_of_day(utc(2026y / 10 / 25, 59min + 59s)) == "02:59:59");
    CHECK(paris.time_of_day(utc(2026y / 10 / 25, 1h)) == "02:00:00");
    CHECK(paris.time_of_day(utc(2026y / 3 / 29, 1h)) == "03:00:00");
    CHECK(paris.day_for_people(utc(2026y / 12 / 31, 23h)) == "Friday 1 January 2027");
    CHECK(paris.date(utc(2026y / 12 / 31, 23h)) == "2027-01-01");
    CHECK(paris.time_of_day(utc(1969y / 12 / 31, 22h + 59min + 59s)) == "23:59:59");
    CHECK(paris.local(utc(2026y / 11 / 23)).utc_offset == 1h);
    CHECK(paris.local(utc(2026y / 7 / 1)).abbreviation == "CEST");
}

TEST_CASE("a zone unknown to this machine is reported") {
    CHECK_THROWS_AS(site_time{"Europe/Atlantis"}, releve::permanent_error);
}

TEST_CASE("the two passes of an hour repeated by a clock change are distinguished") {
    CHECK(paris.with_zone(utc(2026y / 10 / 25, 30min)) == "2026-10-25 02:30:00 CEST");
    CHECK(paris.with_zone(utc(2026y / 10 / 25, 90min)) == "2026-10-25 02:30:00 CET");
    CHECK(paris.to_minute(utc(2026y / 10 / 25, 30min)) == "2026-10-25 02:30 CEST");
    CHECK(paris.to_minute(utc(2026y / 10 / 25, 90min)) == "2026-10-25 02:30 CET");
    CHECK(paris.to_minute(utc(2026y / 11 / 23, 13h + 3min + 59s)) == "2026-11-23 14:03");
    CHECK(paris.mail_header(utc(2026y / 11 / 23, 13h + 3min + 22s)) == "Mon, 23 Nov 2026 14:03:22 +0100");
    CHECK(site_time{"America/St_Johns"}.mail_header(utc(2026y / 11 / 3)) == "Mon, 02 Nov 2026 20:30:00 -0330");
}

TEST_CASE("local times become UTC") {
    const civil_time twice{2026, 10, 25, 2, 30, 0}, skipped{2026, 3, 29, 2, 30, 0}, plain{2026, 11, 23, 14, 3, 22};
    CHECK(paris.utc(plain) == utc(2026y / 11 / 23, 13h + 3min + 22s));
    CHECK(paris.ambiguity_of(plain) == ambiguity::none);
    CHECK(paris.ambiguity_of(twice) == ambiguity::twice);
    CHECK(paris.utc(twice) == utc(2026y / 10 / 25, 30min));
    CHECK(paris.utc(twice, site_time::which::last) == utc(2026y / 10 / 25, 90min));
    CHECK(paris.ambiguity_of(skipped) == ambiguity::skipped);
    CHECK(paris.utc(skipped) == utc(2026y / 3 / 29, 1h));
}

TEST_CASE("a day begins at local midnight, and has 23 to 25 hours") {
    const auto begin = paris.day_begin(utc(2026y / 10 / 25, 12h));
    CHECK(begin == utc(2026y / 10 / 24, 22h));
    CHECK(paris.day_begin(begin) == begin);
    CHECK(paris.day_begin(begin, 1) - begin == 25h);
    CHECK(paris.day_begin(begin - 1ns, 1) == begin);
    const auto spring = paris.day_begin(utc(2026y / 3 / 29, 12h));
    CHECK(paris.day_begin(spring, 1) - spring == 23h);
    // Where the clock is put forward at midnight, the day begins at one.
    const site_time beirut{"Asia/Beirut"};
    CHECK(beirut.time_of_day(beirut.day_begin(utc(2022y / 3 / 27, 12h))) == "01:00:00");
}
