// SPDX-License-Identifier: Apache-2.0
// Counters that are doubted, set back, replaced and confirmed: the qualities and the events that sinks get, and the
// log.
#include "components.hpp"
#include "pipeline_text.hpp"

#include <releve/testing/catch.hpp>

#include <algorithm>

using namespace releve::core;
using testbed::bed;
using testbed::folder;
using testbed::seen;
using testbed::sink;
using testbed::source;
using testbed::stored;
using testbed::transform;

namespace {

constexpr std::int64_t second = 1'000'000'000, hour = 3600 * second;
constexpr std::int64_t start = 1'767'225'600 * second; // 2026-01-01 00:00 UTC
constexpr int good = RELEVE_QUALITY_GOOD, suspect = RELEVE_QUALITY_SUSPECT;

using virtual_bed = bed<virtual_clock>;
using texts = std::vector<std::string>;

std::vector<seen> of_series(const std::string& node, const std::string& series) {
    auto all = stored(node);
    std::erase_if(all, [&](const auto& one) { return one.series != series; });
    return all;
}

texts events_of(const std::string& node) {
    texts all;
    for (const auto& one : of_series(node, "counter_event")) all.push_back(one.text);
    return all;
}

std::vector<int> qualities_of(const std::string& node) {
    std::vector<int> all;
    for (const auto& one : of_series(node, "volume")) all.push_back(one.quality);
    return all;
}

} // namespace

TEST_CASE("a first reading is suspect until a second one agrees, and that is no event") {
    const bool is_told = GENERATE(false, true);
    virtual_bed b{(is_told ? "first_reading = \"good\"\n" : "") + source("s", "meters", {{"readings", {"100"}}}) +
                      sink("db", "s"),
                  start};
    b.pipeline->start();
    b.clock.advance(15 * second);
    CHECK(b.pipeline->stop());
    CHECK(qualities_of("db") == std::vector{is_told ? good : suspect, good});
    CHECK(events_of("db").empty());
}

TEST_CASE("what a counter did is an event of its own, at the time of the reading, to every sink of its node") {
    virtual_bed b{source("s", "meters",
                         {{"readings",
                           {"1000", "1001", "4294967295", "1002", "0", "1", "2", "4294900000", "4294900001",
                            "4294900002", "5", "6"}}}) +
                      transform("t", "pass", "s") + sink("db", "s") + sink("late", "t"),
                  start};
    b.pipeline->start();
    b.clock.advance(115 * second);
    CHECK(b.pipeline->stop());
    for (const auto* node : {"db", "late"}) {
        CHECK(qualities_of(node) ==
              std::vector{suspect, good, suspect, good, suspect, suspect, good, suspect, suspect, good, good, good});
        CHECK(events_of(node) == texts{"held 4294967295 after 1001", "confirmed 1002 after 1001", "held 0 after 1002",
                                       "set_back 2 after 1002", "held 4294900000 after 2",
                                       "replaced 4294900002 after 2", "rolled_over 5 after 4294900002"});
        CHECK(of_series(node, "counter_event").front().time == start + 20 * second);
    }
    const auto& all = b.pipeline->series();
    std::string event;
    for (std::uint32_t i = 1; i <= all.size(); ++i)
        if (all.find(i)->kind == RELEVE_KIND_EVENT) event = spell(*all.find(i));
    CHECK(event == R"(counter_event{channel="1", counter="volume", device="s", site="test"})");
    CHECK(b.node("s").figures().records == 12 + 7);
}

TEST_CASE("a node's events do not count against the series that it may declare") {
    virtual_bed b{"max_series = 3\n" +
                      source("s", "meters", {{"counters", 3}, {"readings", {"1000", "1001", "0", "1", "2"}}}) +
                      sink("db", "s"),
                  start};
    b.pipeline->start();
    b.clock.advance(45 * second);
    CHECK(b.pipeline->stop());
    CHECK(events_of("db").size() == 6);
    CHECK(b.of_event("max_series").empty());
}

TEST_CASE("counters that fall together are all named in one line, up to eight") {
    const int counters = GENERATE(3, 10);
    virtual_bed b{source("s", "meters", {{"counters", counters}, {"readings", {"1000", "1001", "0", "1", "2"}}}) +
                      sink("db", "s"),
                  start};
    b.pipeline->start();
    b.clock.advance(45 * second);
    CHECK(b.pipeline->stop());
    const auto lines = b.of_event("counter_replaced");
    REQUIRE(lines.size() == 1);
    for (int i = 1; i <= std::min(counters, 8); ++i)
        CHECK(lines[0].find("channel=\"" + std::to_string(i) + "\"") != std::string::npos);
    CHECK((lines[0].find(" and 2 more: it was reset, or it is another meter") != std::string::npos) ==
          (counters == 10));
    CHECK(events_of("db").size() == static_cast<std::size_t>(2 * counters));
}

TEST_CASE(
    "a box that starts with a clock that is ahead: its counters begin anew once it is right, which is said once") {
    const auto ahead = hour * GENERATE(1, 24, 9 * 365 * 24);
    const folder state;
    const auto file = [](const std::string& readings) {
        return "[source.s]\ncomponent = \"meters\"\ncounters = 3\nreadings = [" + readings +
               "]\n[sink.db]\ncomponent = \"store\"\ninputs = [\"s\"]";
    };
    {
        virtual_bed before{&state, file(R"("990")"), start};
        before.pipeline->start();
        before.clock.advance(25 * second);
        CHECK(before.pipeline->stop());
    }
    {
        virtual_bed b{&state, file(R"("1000")"), start + 60 * second + ahead};
        b.pipeline->start();
        b.clock.advance(5 * second);
        CHECK(qualities_of("db") == std::vector{good, good, good});
        CHECK(b.pipeline->stop()); // the power fails again, before the clock is set
    }
    virtual_bed b{&state, file(R"("1001")"), start + 120 * second};
    b.pipeline->start();
    b.clock.advance(65 * second);
    const auto all = qualities_of("db");
    REQUIRE(all.size() == 21);
    CHECK(std::count(all.begin(), all.begin() + 6, suspect) == 6);
    CHECK(std::count(all.begin() + 6, all.end(), good) == 15);
    CHECK(b.of_event("counter_clock_back").size() == 1);
    const auto events = events_of("db");
    CHECK(std::count(events.begin(), events.end(), "clock_back 1003 after 1000") == 3);
    CHECK(b.pipeline->stop());
    for (const auto& [number, known] : b.store->counters()) CHECK(known.time <= start + 185 * second);
}

TEST_CASE("a clock that is set right while it runs does the same, and the last value is of now") {
    virtual_bed b{source("s", "meters", {{"readings", {"1000"}}}) + sink("db", "s"), start + hour};
    b.pipeline->start();
    b.clock.advance(15 * second);
    b.clock.set(-hour);
    b.clock.advance(50 * second);
    CHECK(b.node("s").figures().last_time == start + 60 * second);
    CHECK(b.node("db").figures().last_time == start + 60 * second);
    CHECK(qualities_of("db") == std::vector{suspect, good, suspect, suspect, good, good, good});
    CHECK(b.pipeline->stop());
}

TEST_CASE("what the host doubts, and what it believes anew, outlives a host that is killed") {
    const folder state;
    const auto file = [](const std::string& readings) {
        return "[source.s]\ncomponent = \"meters\"\nreadings = [" + readings +
               "]\n[sink.db]\ncomponent = \"store\"\ninputs = [\"s\"]";
    };
    virtual_bed b{&state, file(R"("1000", "1001", "0", "1", "2")"), start};
    b.pipeline->start();
    b.clock.advance(25 * second);
    CHECK(b.pipeline->flush(std::chrono::steady_clock::now() + std::chrono::minutes{2}));
    REQUIRE(b.store->counters().size() == 1); // with the event, not a minute later
    CHECK(b.store->counters().begin()->second.held);
    CHECK(b.store->counters().begin()->second.value == 1001);
    b.clock.advance(20 * second);
    CHECK(b.pipeline->flush(std::chrono::steady_clock::now() + std::chrono::minutes{2}));
    CHECK(b.store->counters().begin()->second.value == 2);
    CHECK_FALSE(b.store->counters().begin()->second.held);
    CHECK(b.pipeline->stop());
}

TEST_CASE("a first reading that was alone in its run is confirmed by the next run") {
    const folder state;
    for (const int expected : {suspect, good}) {
        virtual_bed b{&state, R"([source.s]
component = "meters"
readings = ["1000"]
[sink.db]
component = "store"
inputs = ["s"])",
                      start + (expected == good ? hour : 0)};
        b.pipeline->start();
        b.clock.advance(5 * second);
        CHECK(b.pipeline->stop());
        CHECK(qualities_of("db") == std::vector{expected});
    }
}

TEST_CASE("the last value of a node is the newest one, not the one that came last") {
    virtual_bed b{source("s", "slow_and_fast") + sink("db", "s"), start + 2000 * second};
    b.pipeline->start();
    b.clock.advance(10 * second);
    CHECK(b.node("s").figures().last_time == start + 2010 * second);
    CHECK(b.node("db").figures().last_time == start + 2010 * second);
    CHECK(b.pipeline->stop());
}
