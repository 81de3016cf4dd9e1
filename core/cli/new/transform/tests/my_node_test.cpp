// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

namespace rt = releve::testing;

TEST_CASE("multiplied numbers get their own series") {
    rt::node node{rt::plugin{}, "my_node", "factor = 10"};
    rt::upstream meter{node, "meter"};
    const auto power = meter.gauge("power", "W", {{"channel", "1"}});
    const auto words = meter.text("words");
    REQUIRE(node.start());
    REQUIRE(node.process(meter.batch().add(power, 1.5).absent(power).add(words, "ignored").add(power, 2)));
    CHECK(node.emitted().size() == 2);
    const auto last = node.last("power_scaled", {{"device", "meter"}, {"channel", "1"}});
    CHECK(last.value == 20);
    CHECK(last.unit() == "W");
    CHECK(last.time == node.now());
    CHECK(node.misbehaviour().empty());
}

TEST_CASE("quality is kept") {
    rt::node node{rt::plugin{}, "my_node", "factor = 10"};
    rt::upstream meter{node, "meter"};
    const auto power = meter.gauge("power", "W");
    REQUIRE(node.start());
    REQUIRE(node.process(meter.batch().add(power, 3, node.now(), releve::quality::suspect)));
    CHECK(node.last("power_scaled").quality == releve::quality::suspect);
}
