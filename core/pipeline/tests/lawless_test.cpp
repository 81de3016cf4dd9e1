// SPDX-License-Identifier: Apache-2.0
// What a source emits and the contract does not have, and what a transform throws on: counted, said, and seen in
// status.
#include "components.hpp"
#include "pipeline_text.hpp"

#include <releve/testing/catch.hpp>

#include <algorithm>
#include <cmath>

using namespace releve::core;
using testbed::bed;
using testbed::sink;
using testbed::source;
using testbed::stored;
using testbed::transform;

namespace {
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t start = 1'767'225'600 * second; // 2026-01-01 00:00 UTC
using virtual_bed = bed<virtual_clock>;
} // namespace

TEST_CASE("a value that its series can't have is lost or marked, its series is named, and the others go on") {
    virtual_bed b{source("s", "lawless") + sink("db", "s"), start};
    b.pipeline->start();
    b.clock.settle();
    const auto all = stored("db");
    REQUIRE(all.size() == 7);
    CHECK(all[0].number == 1.5);
    for (const std::size_t i : {1, 2, 5}) {
        CHECK(std::isnan(all[i].number));
        CHECK(all[i].quality == RELEVE_QUALITY_ABSENT);
    }
    CHECK(all[3].text == "K?che");
    CHECK(all[3].quality == RELEVE_QUALITY_SUSPECT);
    CHECK(all[4].number == 1);
    CHECK(all[4].quality == RELEVE_QUALITY_SUSPECT);
    CHECK(all[6].text == "well");
    CHECK(all[6].quality == RELEVE_QUALITY_GOOD);
    const auto& done = b.node("s").figures();
    CHECK(done.dropped == 3); // a text of a gauge, numbers of a text and of an event
    CHECK(done.misbehaved == 5);
    CHECK(done.last_error().text.find("misbehaves") != std::string::npos);
    const auto lines = b.of_event("bad_record");
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("3 records with no value of their type, which are lost: level{") != std::string::npos);
    CHECK(lines[0].find("words{") != std::string::npos);
    CHECK(lines[0].find("door{") != std::string::npos);
    for (const auto* event : {"not_finite", "absent_number", "not_utf8", "bad_quality"})
        CHECK(b.of_event(event).size() == 1);
    CHECK(b.pipeline->stop());
}

TEST_CASE("what a transform throws on is lost: counted, said, and its state tells it until it works again") {
    virtual_bed b{source("s", "beat", {{"interval", "1s"}, {"records", 3}}) +
                      transform("t", "throws_up", "s", {{"from", 2}, {"to", 31}}) + sink("db", "t"),
                  start};
    b.pipeline->start();
    b.clock.advance(25 * second + second / 2);
    const auto& t = b.node("t");
    CHECK(t.life().is(node_state::failing));
    CHECK(t.figures().last_error().text == "process: it does not know what to do");
    CHECK(t.figures().failures == 25);
    CHECK(t.figures().dropped == 75);
    b.clock.advance(20 * second);
    CHECK(t.life().is(node_state::running));
    CHECK(t.figures().dropped == 90);
    CHECK(stored("db").size() == 48);
    CHECK(b.of_event("process").size() == 3);
    CHECK(b.of_event("works_again") ==
          std::vector<std::string>{"t: it works again; 90 of the records that it was given so far are lost"});
    CHECK(b.pipeline->stop());
}
