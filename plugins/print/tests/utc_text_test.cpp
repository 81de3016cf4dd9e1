// SPDX-License-Identifier: Apache-2.0
#include <releve/record_text.hpp>
#include <releve/testing/catch.hpp>

using namespace std::chrono;
using releve::utc_text;

namespace {
releve::time_point utc(year_month_day day, nanoseconds of_day = {}) {
    return releve::time_point{sys_days{day}} + of_day;
}
} // namespace

TEST_CASE("a UTC time has the digits it needs") {
    CHECK(utc_text(utc(2026y / 1 / 2)) == "2026-01-02T00:00:00Z");
    CHECK(utc_text(utc(2026y / 1 / 2, 3h + 250ms)) == "2026-01-02T03:00:00.25Z");
    CHECK(utc_text(utc(2026y / 1 / 2, 1ns)) == "2026-01-02T00:00:00.000000001Z");
    CHECK(utc_text(utc(1969y / 12 / 31, 23h + 59min + 59s + 500ms)) == "1969-12-31T23:59:59.5Z");
}
