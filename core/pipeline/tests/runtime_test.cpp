// SPDX-License-Identifier: Apache-2.0
// The pipeline at work, most of it on the virtual clock.
#include "components.hpp"
#include "pipeline_text.hpp"

#include <releve/testing/catch.hpp>

#include <algorithm>

using namespace releve::core;
using testbed::bed;
using testbed::happened;
using testbed::sink;
using testbed::source;
using testbed::stored;
using testbed::transform;

namespace {

constexpr std::int64_t second = 1'000'000'000, minute = 60 * second;
constexpr std::int64_t start = 1'767'225'600 * second; // 2026-01-01 00:00 UTC

std::vector<std::int64_t> seconds_of(const std::vector<testbed::seen>& all) {
    std::vector<std::int64_t> times;
    for (const auto& one : all) times.push_back((one.time - start) / second);
    return times;
}

std::vector<double> numbers_of(const std::vector<testbed::seen>& all) {
    std::vector<double> numbers;
    for (const auto& one : all) numbers.push_back(one.number);
    return numbers;
}

using virtual_bed = bed<virtual_clock>;
using real_bed = bed<real_clock>;

} // namespace

TEST_CASE("a polled source is read at once and then at its interval") {
    virtual_bed b{source("s", "beat", {{"interval", "10s"}}) + sink("db", "s"), start};
    b.pipeline->start();
    b.clock.advance(35 * second);
    CHECK(b.pipeline->stop());
    CHECK(seconds_of(stored("db")) == std::vector<std::int64_t>{0, 10, 20, 30});
}

TEST_CASE("with align it is read at multiples since midnight") {
    virtual_bed b{source("s", "beat", {{"interval", "15m"}, {"align", true}}) + sink("db", "s"), start + 7 * second};
    b.pipeline->start();
    b.clock.advance(46 * minute);
    CHECK(b.pipeline->stop());
    CHECK(seconds_of(stored("db")) == std::vector<std::int64_t>{900, 1800, 2700});
}

TEST_CASE("with at it is read at times of day, and on its days") {
    virtual_bed b{source("s", "beat", {{"at", {"06:00", "18:30"}}, {"days", {"fri"}}}) + sink("db", "s"),
                  start + 7 * second};
    b.pipeline->start();
    b.clock.advance(10 * 24 * 60 * minute);
    CHECK(b.pipeline->stop());
    constexpr std::int64_t hour_s = 3600, day_s = 86'400; // the start is a Thursday
    CHECK(seconds_of(stored("db")) == std::vector{day_s + 6 * hour_s, day_s + 18 * hour_s + 1800,
                                                  8 * day_s + 6 * hour_s, 8 * day_s + 18 * hour_s + 1800});
}

TEST_CASE("by the clock, readings that come due while one takes long are skipped, counted and logged") {
    virtual_bed b{source("s", "beat", {{"interval", "10s"}, {"align", true}, {"takes", "25s"}}) + sink("db", "s"),
                  start + 7 * second};
    b.pipeline->start();
    b.clock.advance(60 * second);
    CHECK(b.node("s").figures().overruns == 4);
    REQUIRE(!b.of_event("overrun").empty());
    CHECK(b.of_event("overrun")[0] == "s: a reading took 25 s, past the next one: 2 readings were skipped");
    CHECK(b.pipeline->stop());
    CHECK(seconds_of(stored("db")) == std::vector<std::int64_t>{10, 40});
}

TEST_CASE("a clock that is set back a little has nothing read twice; further back, it goes by the clock again") {
    virtual_bed b{source("s", "beat", {{"interval", "15m"}, {"align", true}}) + sink("db", "s"), start + 1 * minute};
    b.pipeline->start();
    b.clock.advance(15 * minute); // 00:16; read at 00:15
    b.clock.set(-3 * minute);     // 00:13
    b.clock.advance(10 * minute); // 00:23
    CHECK(stored("db").size() == 1);
    b.clock.advance(8 * minute); // 00:31; read at 00:30
    CHECK(stored("db").size() == 2);
    b.clock.set(-24 * 60 * minute);
    b.clock.advance(15 * minute); // 00:46, a day before
    CHECK(b.pipeline->stop());
    CHECK(seconds_of(stored("db")) == std::vector<std::int64_t>{900, 1800, 2700 - 86'400});
}

TEST_CASE("a reading that takes longer than the interval skips readings, and logs it") {
    virtual_bed b{source("s", "beat", {{"interval", "10s"}, {"takes", "25s"}}) + sink("db", "s"), start};
    b.pipeline->start();
    b.clock.advance(60 * second);
    CHECK(b.node("s").figures().overruns == 4);
    REQUIRE(b.of_event("overrun").size() >= 1);
    CHECK(b.of_event("overrun")[0] ==
          "s: a reading took 25 s, longer than its interval of 10 s: 2 readings were skipped");
    CHECK(b.pipeline->stop());
    CHECK(seconds_of(stored("db")) == std::vector<std::int64_t>{0, 30, 60});
}

TEST_CASE("what a failing reading had added is emitted, and the next ones come more slowly, until it goes well") {
    virtual_bed b{source("s", "beat", {{"interval", "10s"}, {"fail_from", 2}, {"fail_to", 4}}) + sink("db", "s"),
                  start};
    b.pipeline->start();
    b.clock.advance(15 * minute);
    const auto times = seconds_of(stored("db"));
    REQUIRE(times.size() > 6);
    CHECK(times[1] == 10);
    CHECK(times[2] >= 18); // 10 s after the first failure, 20 s after the second, 40 s after the third, within a fifth
    CHECK(times[2] <= 22);
    CHECK(times[3] - times[2] >= 16);
    CHECK(times[4] - times[3] >= 32);
    CHECK(times[6] - times[5] == 10);
    CHECK(b.node("s").figures().failures == 3);
    CHECK(b.of_event("lost") == std::vector<std::string>{"s: lost: can't read: the device does not answer"});
    CHECK(b.of_event("back").size() == 1);
    CHECK(b.pipeline->stop());
}

TEST_CASE("a source that can't start tries again and does not stop the others") {
    virtual_bed b{source("dead", "late") + source("s", "beat", {{"interval", "1s"}}) + sink("db", "dead s"), start};
    b.pipeline->start();
    b.clock.settle();
    CHECK(b.node("dead").life().is(node_state::failing));
    b.clock.advance(10 * second);
    CHECK(b.node("dead").life().is(node_state::running));
    CHECK(b.pipeline->stop());
    const auto all = stored("db");
    CHECK(std::count_if(all.begin(), all.end(), [](const auto& one) { return one.series == "beat"; }) == 11);
    CHECK(std::count_if(all.begin(), all.end(), [](const auto& one) { return one.series == "up"; }) == 1);
    CHECK(b.of_event("lost") == std::vector<std::string>{"dead: lost: can't start: no such device"});
}

TEST_CASE("a source whose run returns has finished, which is logged, and is not run again; the last one ends all") {
    bed<virtual_clock> b{"[source.s]\ncomponent = \"flood\"\n[source.other]\ncomponent = \"flood\"\n"
                         "[sink.db]\ncomponent = \"store\"\ninputs = [\"*\"]",
                         start};
    b.pipeline->start();
    CHECK(b.pipeline->wait_for_end(std::chrono::minutes{2}));
    b.clock.advance(3600 * second);
    const auto all = testbed::happened();
    CHECK(std::count(all.begin(), all.end(), "flooded s") == 1);
    CHECK(b.node("s").life().is(node_state::finished));
    CHECK(b.of_event("finished").size() == 2);
    CHECK(b.pipeline->fatal().empty());
    CHECK(b.pipeline->stop());
}

TEST_CASE("startup = \"fail\" ends the run when the node can't start") {
    virtual_bed b{source("dead", "late", {{"startup", "fail"}}) + sink("db", "dead"), start};
    b.pipeline->start();
    REQUIRE(b.pipeline->wait_for_end(std::chrono::minutes{2}));
    CHECK(b.pipeline->fatal() == "node 'dead' can't start: no such device (its startup is \"fail\")");
    CHECK(b.pipeline->stop());
}

TEST_CASE("counters are marked before anyone sees the batch; what is not finite is absent") {
    virtual_bed b{source("s", "odd") + transform("t", "pass", "s") + sink("a", "s") + sink("b", "t"), start};
    b.pipeline->start();
    b.clock.settle();
    CHECK(b.pipeline->stop());
    for (const auto* sink : {"a", "b"}) {
        const auto all = stored(sink);
        REQUIRE(all.size() == 8);
        CHECK(all[0].quality == RELEVE_QUALITY_SUSPECT);
        CHECK(all[1].quality == RELEVE_QUALITY_GOOD);
        CHECK(all[2].quality == RELEVE_QUALITY_SUSPECT);
        CHECK(all[3].quality == RELEVE_QUALITY_GOOD);
        CHECK(all[4].text == "heures creuses");
        CHECK(all[5].quality == RELEVE_QUALITY_ABSENT);
        CHECK(std::isnan(all[5].number));
        CHECK(all[6].text == "held 0 after 101");
        CHECK(all[7].text == "confirmed 102 after 101");
    }
}

TEST_CASE("a record of a series that was not declared is taken out and logged") {
    virtual_bed b{source("s", "odd", {{"cheat", true}}) + sink("db", "s"), start};
    b.pipeline->start();
    b.clock.settle();
    CHECK(b.pipeline->stop());
    CHECK(stored("db").size() == 8);
    CHECK(b.node("s").figures().misbehaved == 2); // and an infinite number
    CHECK(b.node("s").figures().dropped == 1);
    CHECK(b.of_event("undeclared_series") ==
          std::vector<std::string>{"s: component 'odd' misbehaves: 1 records of series it did not declare"});
}

TEST_CASE("transforms make, pass on, and tick") {
    virtual_bed b{source("s", "beat", {{"interval", "20s"}}) + transform("double", "twice", "s") +
                      transform("clock", "minutes", "s") + sink("db", "double clock"),
                  start};
    b.pipeline->start();
    b.clock.advance(2 * minute + second);
    CHECK(b.pipeline->stop());
    std::vector<double> doubled, told;
    for (const auto& one : stored("db")) (one.series == "twice" ? doubled : told).push_back(one.number);
    CHECK(doubled == std::vector<double>{2, 4, 6, 8, 10, 12, 14});
    CHECK(told.size() == 2);
}

TEST_CASE("a transform that would block the router is refused and logged") {
    virtual_bed b{source("s", "beat", {{"interval", "10s"}}) + transform("r", "rude", "s") + sink("db", "r"), start};
    b.pipeline->start();
    b.clock.settle();
    CHECK(b.pipeline->stop());
    CHECK(b.of_event("process") ==
          std::vector<std::string>{"r: wait: a transform runs on the router and must not block: use wake_at"});
}

TEST_CASE("a sink that makes is upstream under its own name") {
    virtual_bed b{source("s", "beat", {{"records", 3}, {"interval", "10s"}}) + sink("relay", "s", {}, "echo") +
                      sink("db", "relay"),
                  start};
    b.pipeline->start();
    b.clock.advance(20 * second);
    CHECK(b.pipeline->stop());
    CHECK(numbers_of(stored("db")) == std::vector<double>{3, 3, 3});
}

TEST_CASE("what a sink could not write comes again, in order, and is written once") {
    virtual_bed b{source("s", "beat", {{"interval", "1s"}}) + sink("db", "s", {{"fail_first", 3}}), start};
    b.pipeline->start();
    b.clock.advance(30 * second);
    CHECK(b.of_event("lost") == std::vector<std::string>{"db: lost: can't write: the database is away"});
    CHECK(b.of_event("back").size() == 1);
    CHECK(b.pipeline->stop());
    std::vector<double> expected(31);
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<double>(i + 1);
    CHECK(numbers_of(stored("db")) == expected);
    CHECK(b.node("db").figures().written == 31);
}

TEST_CASE("a sink answers for each record: rejected ones are counted and logged, the others written") {
    virtual_bed b{source("s", "flood", {{"total", 10}}) + sink("db", "s", {{"reject_odd", true}}), start};
    b.pipeline->start();
    b.clock.settle();
    CHECK(b.pipeline->stop());
    CHECK(numbers_of(stored("db")) == std::vector<double>{0, 2, 4, 6, 8});
    CHECK(b.node("db").figures().rejected == 5);
    CHECK(b.node("db").figures().written == 5);
    CHECK(b.of_event("rejected")[0] == R"(db: a record of n{device="s", site="test"} can't be written: odd)");
}

TEST_CASE("kept records come again, and only they") {
    virtual_bed b{source("s", "flood", {{"total", 6}}) + sink("db", "s", {{"keep_once", true}}), start};
    b.pipeline->start();
    b.clock.advance(5 * second);
    CHECK(b.pipeline->stop());
    CHECK(numbers_of(stored("db")) == std::vector<double>{0, 2, 4, 1, 3, 5});
    CHECK(b.node("db").figures().written == 6);
}

TEST_CASE("sinks start first; sources stop first, and what they made is written") {
    virtual_bed b{source("s", "beat", {{"interval", "1s"}, {"records", 2500}}) + sink("db", "s"), start};
    b.pipeline->start();
    b.clock.advance(3 * second);
    CHECK(b.pipeline->stop());
    CHECK(happened() == std::vector<std::string>{"start db", "start s", "stop s", "stop db"});
    CHECK(stored("db").size() == 4 * 2500);
}

TEST_CASE("a slow block sink slows only the sources that feed it") {
    // fast has 200,000 records for `quick`; slowed has as many for `slow`, which takes an hour a batch.
    virtual_bed b{source("fast", "flood", {{"total", 200000}, {"batch", 1000}}) +
                      source("slowed", "flood", {{"total", 200000}, {"batch", 1000}}) + sink("quick", "fast") +
                      sink("slow", "slowed", {{"pause", "1h"}, {"queue.size", "256KiB"}}),
                  start};
    b.pipeline->start();
    b.clock.settle(); // no time passes: slow has begun its first group
    CHECK(stored("quick").size() == 200'000);
    CHECK(b.node("fast").life().is(node_state::finished));
    CHECK(b.node("slowed").life().is(node_state::running));
    CHECK(b.node("slowed").made().waits() >= 1);
    const auto bound = b.node("slow").owed().limit() + 2 * (sizeof(batch_block) + 1000 * sizeof(releve_record) + 4096);
    CHECK(b.node("slow").owed().bytes() <= bound);
    b.clock.advance(1000 * 3600 * second);
    CHECK(b.node("slowed").life().is(node_state::finished));
    CHECK(b.pipeline->stop());
    CHECK(stored("slow").size() == 200'000); // slowed, and nothing lost
}

TEST_CASE("drop_oldest slows nobody: the oldest records go, and it is counted and logged") {
    virtual_bed b{source("s", "flood", {{"total", 200000}, {"batch", 1000}}) +
                      sink("slow", "s", {{"pause", "1h"}, {"queue.size", "256KiB"}, {"queue.policy", "drop_oldest"}}),
                  start};
    b.pipeline->start();
    b.clock.settle();
    CHECK(b.node("s").life().is(node_state::finished));
    b.clock.advance(1000 * 3600 * second);
    CHECK(b.pipeline->stop());
    const auto all = stored("slow");
    CHECK(all.size() + b.node("slow").figures().dropped == 200'000);
    CHECK(b.node("slow").figures().dropped > 100'000);
    CHECK(all.back().number == 199'999);
    CHECK_FALSE(b.of_event("dropped").empty());
}

TEST_CASE("on the real clock everything arrives, in order, in every sink") {
    real_bed b{source("a", "flood", {{"total", 300000}, {"batch", 700}}) +
               source("b", "flood", {{"total", 300000}, {"batch", 1}}) + transform("t", "pass", "a") +
               sink("x", "t b") + sink("y", "*", {{"queue.size", "64KiB"}})};
    b.pipeline->start();
    REQUIRE(b.pipeline->wait_for_end(std::chrono::minutes{10}));
    CHECK(b.pipeline->stop());
    for (const auto* sink : {"x", "y"}) {
        const auto all = stored(sink);
        CHECK(all.size() == (std::string{sink} == "x" ? 600'000 : 900'000));
        CHECK(b.node(sink).figures().written == all.size());
    }
}
