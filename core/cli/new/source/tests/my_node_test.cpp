// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

namespace rt = releve::testing;

TEST_CASE("a reading becomes a record") {
    rt::node node{rt::plugin{}, "my_node", "path = 'testdata/reading.txt'\nfactor = 10"};
    REQUIRE(node.start());
    REQUIRE(node.collect());
    CHECK(node.last("value").value == 215);
    CHECK(node.misbehaviour().empty());
}

TEST_CASE("a missing file is tried again") {
    rt::node node{rt::plugin{}, "my_node", "path = 'testdata/nothing.txt'"};
    REQUIRE(node.start());
    CHECK(node.collect().transient());
    CHECK(node.emitted().empty());
}

TEST_CASE("mistakes in the pipeline file are found before anything starts") {
    CHECK(rt::problems(rt::plugin{}, "my_node", "").size() == 1); // no path
    CHECK(rt::problems(rt::plugin{}, "my_node", "path = 'x'\ninterval = '10 parsecs'").size() == 1);
}
