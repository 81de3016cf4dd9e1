// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

namespace rt = releve::testing;

TEST_CASE("thousandths of a degree become degrees") {
    rt::node node{rt::plugin{}, "cpu_temperature", "path = 'testdata/temp'"};
    REQUIRE(node.start());
    REQUIRE(node.collect());
    const auto record = node.last("temperature", {{"device", "cpu"}});
    CHECK(record.value == 47.25);
    CHECK(record.unit() == "Cel");
    CHECK(record.time == node.now());
    CHECK(node.misbehaviour().empty());
}

TEST_CASE("a machine without the file is a transient failure") {
    rt::node node{rt::plugin{}, "cpu_temperature", "path = 'testdata/missing'"};
    REQUIRE(node.start());
    const auto collected = node.collect();
    CHECK(collected.transient());
    CHECK_THAT(collected.why, Catch::Matchers::EndsWith("testdata/missing: No such file or directory"));
    CHECK(node.emitted().empty());
}

TEST_CASE("an interval below a second is refused") {
    CHECK(rt::problems(rt::plugin{}, "cpu_temperature", "interval = '100ms'").size() == 1);
    CHECK(rt::problems(rt::plugin{}, "cpu_temperature", "interval = '1s'").empty());
}
