// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

namespace rt = releve::testing;

TEST_CASE("thousandths of a degree become degrees") {
    rt::node node{rt::plugin{}, "cpu_temperature", "path = 'testdata/temp'"};
    REQUIRE(node.start());
    REQUIRE(node.collect());
    const auto reading = node.last("temperature", {{"device", "cpu"}});
    CHECK(reading.value == 47.25);
    CHECK(reading.unit() == "Cel");
    CHECK(reading.time == node.now());
    CHECK(node.misbehaviour().empty());
}

TEST_CASE("a machine without the file is asked again") {
    rt::node node{rt::plugin{}, "cpu_temperature", "path = 'testdata/none'"};
    REQUIRE(node.start());
    const auto how = node.collect();
    CHECK(how.transient());
    CHECK_THAT(how.why, Catch::Matchers::EndsWith("testdata/none: No such file or directory"));
    CHECK(node.emitted().empty());
}

TEST_CASE("an interval below a second is refused") {
    CHECK(rt::problems(rt::plugin{}, "cpu_temperature", "interval = '100ms'").size() == 1);
    CHECK(rt::problems(rt::plugin{}, "cpu_temperature", "interval = '1s'").empty());
}
