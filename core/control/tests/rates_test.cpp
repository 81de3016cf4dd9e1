// SPDX-License-Identifier: Apache-2.0
#include "control/rates.hpp"

#include <releve/testing/catch.hpp>

using namespace releve::core;

constexpr std::int64_t second = 1'000'000'000;

TEST_CASE("before and at the first sample there is no rate") {
    rates r;
    CHECK(r.of(0, 10, 5 * second) == 0);
    r.sample(5 * second, {10});
    CHECK(r.of(0, 10, 5 * second) == 0);
    CHECK(r.of(1, 10, 6 * second) == 0);
}

TEST_CASE("a rate is that of the last minute, and of what there is before it is over") {
    rates r;
    r.sample(0, {0, 0});
    CHECK(r.of(0, 20, 2 * second) == Catch::Approx(10));
    for (std::int64_t t = 10; t <= 300; t += 10) // ten a second in the first minutes, one a second later
        r.sample(t * second, {static_cast<std::uint64_t>(t < 200 ? 10 * t : 2000 + (t - 200)), 0});
    CHECK(r.of(0, 2100, 300 * second) == Catch::Approx(1));
    CHECK(r.of(1, 0, 300 * second) == 0);
}
