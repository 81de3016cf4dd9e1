// SPDX-License-Identifier: Apache-2.0
#include "config/glob.hpp"

#include <releve/testing/catch.hpp>

using releve::core::matches;

TEST_CASE("a glob matches whole names") {
    CHECK(matches("linky", "linky"));
    CHECK_FALSE(matches("linky", "linky2"));
    CHECK(matches("*", "linky"));
    CHECK(matches("*", ""));
    CHECK(matches("l*y", "linky"));
    CHECK(matches("l*y", "ly"));
    CHECK(matches("wes_*", "wes_http"));
    CHECK_FALSE(matches("wes_*", "wes"));
    CHECK(matches("?inky", "linky"));
    CHECK_FALSE(matches("?linky", "linky"));
    CHECK(matches("*a*b*", "xaxxbx"));
    CHECK_FALSE(matches("*a*b", "xaxxbx"));
    CHECK(matches("a*ab", "aaab"));
    // Quadratic at worst, never exponential.
    CHECK_FALSE(matches("*a*a*a*a*a*a*a*a*a*a*a*a*b", std::string(2000, 'a')));
}
