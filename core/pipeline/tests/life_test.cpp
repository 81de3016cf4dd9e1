// SPDX-License-Identifier: Apache-2.0
#include "pipeline/node/life.hpp"

#include <releve/testing/catch.hpp>

#include <string>
#include <vector>

using namespace releve::core;

namespace {

struct fixture {
    std::vector<std::string> lines;
    releve::core::log log{[] { return 0; }, [this](const log_line& line) { lines.push_back(line.event); }};
    life node{log, "s"};
};

} // namespace

TEST_CASE_METHOD(fixture, "a node starts, runs, fails, and runs again; it ends as finished when nobody told it to") {
    CHECK(node.is(node_state::made));
    CHECK_FALSE(node.tried_to_start());
    node.starts();
    CHECK(node.is(node_state::starting));
    CHECK_FALSE(node.tried_to_start());
    node.fails();
    CHECK(node.is(node_state::failing));
    CHECK(node.tried_to_start());
    node.goes_well();
    CHECK(node.is(node_state::running));
    CHECK_FALSE(node.ended());
    node.ends();
    CHECK(node.is(node_state::finished));
    CHECK(node.ended());
    CHECK(lines.empty());
}

TEST_CASE_METHOD(fixture, "a sink that hangs is one that runs again when it comes back") {
    node.starts();
    node.goes_well();
    node.hangs();
    CHECK(node.is(node_state::hanging));
    node.returns();
    CHECK(node.is(node_state::running));
    node.returns(); // too late: nothing happens
    CHECK(node.is(node_state::running));
    CHECK(lines.empty());
}

TEST_CASE_METHOD(fixture, "at the end a sink drains, closes, and is told to stop; how its calls go changes no more") {
    node.starts();
    node.drain();
    CHECK(node.hurries());
    CHECK_FALSE(node.closes());
    node.goes_well();
    CHECK(node.is(node_state::draining));
    node.close();
    CHECK(node.closes());
    CHECK(node.hurries());
    CHECK_FALSE(node.must_stop());
    node.fails();
    node.hangs();
    node.drain();
    CHECK(node.is(node_state::closing));
    node.stop();
    node.stop();
    node.close();
    CHECK(node.must_stop());
    node.ends();
    CHECK(node.is(node_state::stopped));
    node.stop();
    CHECK_FALSE(node.abandon());
    CHECK(node.is(node_state::stopped));
    CHECK(lines.empty());
}

TEST_CASE_METHOD(fixture, "a node that overstays is abandoned until its thread returns after all") {
    node.starts();
    node.leave();
    CHECK(node.closes());
    node.stop();
    CHECK(node.abandon());
    CHECK(node.must_stop());
    CHECK_FALSE(node.ended());
    node.ends();
    CHECK(node.is(node_state::stopped));
    CHECK(lines.empty());
}

TEST_CASE_METHOD(fixture, "what can never be right is refused and logged") {
    node.sits_out();
    CHECK(node.ended());
    node.starts();
    CHECK(node.is(node_state::finished));
    CHECK(lines == std::vector<std::string>{"life_cycle"});
    node.ends();
    CHECK(node.is(node_state::finished));
}
