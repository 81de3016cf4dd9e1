// SPDX-License-Identifier: Apache-2.0
#include "speed.hpp"

#include <releve/testing/catch.hpp>

using releve::teleinfo::tic_speed;

TEST_CASE("the speed is found by listening") {
    constexpr std::int64_t s = 1'000'000'000;
    tic_speed speed{{9600, 1200}};
    speed.begin(0);
    CHECK(speed.now() == 9600);
    CHECK_FALSE(speed.inspect(3 * s, 100, 0)); // bytes, but no groups
    CHECK(speed.inspect(4 * s, 100, 0));
    CHECK(speed.now() == 1200);
    CHECK_FALSE(speed.inspect(5 * s, 100, 1));
    CHECK_FALSE(speed.found()); // one group may be chance
    CHECK_FALSE(speed.inspect(6 * s, 100, 1));
    CHECK(speed.found());

    SECTION("a found line that falls silent keeps its speed") {
        for (int i = 7; i < 200; ++i) CHECK_FALSE(speed.inspect(i * s, 0, 0));
        CHECK(speed.now() == 1200);
    }
    SECTION("a found line whose bytes give no group any more is searched for again") {
        for (int i = 7; i < 16; ++i) CHECK_FALSE(speed.inspect(i * s, 100, 0));
        CHECK(speed.inspect(16 * s, 100, 0));
        CHECK(speed.now() == 9600);
        CHECK_FALSE(speed.found());
    }
    SECTION("a line that is opened again begins at the speed it had") {
        speed.begin(50 * s);
        CHECK_FALSE(speed.found());
        CHECK(speed.now() == 1200);
    }
    SECTION("a speed that is given is never left") {
        tic_speed fixed{{1200}};
        fixed.begin(0);
        for (int i = 0; i < 100; ++i) CHECK_FALSE(fixed.inspect(i * s, 100, 0));
    }
}
