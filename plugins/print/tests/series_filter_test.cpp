// SPDX-License-Identifier: Apache-2.0
#include "series_filter.hpp"

#include <releve/testing/catch.hpp>

#include <string>

using releve::print::matches;
using releve::print::takes;

TEST_CASE("patterns match whole names") {
    CHECK(matches("power", "power"));
    CHECK_FALSE(matches("power", "powers"));
    CHECK(matches("*", ""));
    CHECK(matches("*_energy", "active_energy"));
    CHECK(matches("*e*e*", "active_energy"));
    CHECK(matches("ph?se_*", "phase_current"));
    CHECK_FALSE(matches("?", ""));
    CHECK_FALSE(matches("*x", "active_energy"));
    CHECK_FALSE(matches("", "a"));
    const std::string long_name(2000, 'a');
    CHECK_FALSE(matches("*a*a*a*a*a*a*a*a*b", long_name)); // in a moment, not in an age
}

TEST_CASE("without a pattern every series is taken") {
    CHECK(takes({}, "power"));
    CHECK(takes({"x", "p*"}, "power"));
    CHECK_FALSE(takes({"x", "y*"}, "power"));
}
