// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

namespace rt = releve::testing;

TEST_CASE("it counts") {
    rt::node node{rt::plugin{}, "counter_c", "step = 10"};
    REQUIRE(node.start());
    REQUIRE(node.collect());
    REQUIRE(node.collect());
    CHECK(node.last("count").value == 20);
    CHECK(node.last("count").kind() == releve::kind::counter);
    CHECK(node.last("count").time == node.now());
    CHECK(node.misbehaviour().empty());
}

TEST_CASE("after a power cut it continues from what was committed") {
    rt::node node{rt::plugin{}, "counter_c", ""};
    REQUIRE(node.start());
    REQUIRE(node.collect());
    REQUIRE(node.collect());
    node.acknowledge();
    REQUIRE(node.collect()); // 3, lost with the power
    node.restart();
    REQUIRE(node.start());
    REQUIRE(node.collect());
    CHECK(node.last("count").value == 3);
}

TEST_CASE("a step outside its bounds is refused") {
    CHECK(rt::problems(rt::plugin{}, "counter_c", "step = 0").size() == 1);
    CHECK(rt::problems(rt::plugin{}, "counter_c", "step = 'one'").size() == 1);
}
