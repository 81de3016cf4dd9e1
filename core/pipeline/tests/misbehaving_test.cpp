// SPDX-License-Identifier: Apache-2.0
// A sink that throws, hangs, or answers nonsense: it is said whose fault it is, and the rest goes on.
#include "components.hpp"

#include <releve/testing/catch.hpp>

#include <algorithm>

using namespace releve::core;
using testbed::bed;
using testbed::folder;
using testbed::stored;

namespace {

constexpr std::int64_t start = 1'767'225'600'000'000'000, second = 1'000'000'000; // 2026-01-01 00:00 UTC

std::string pipeline(const std::string& fault) {
    return R"([source.s]
component = "rereads"
total = 100
[sink.faulty]
component = "faulty"
fault = ")" +
           fault +
           R"("
inputs = ["s"]
[sink.db]
component = "store"
inputs = ["s"])";
}

/// Numbers that it has, each once.
std::size_t different(const std::string& node) {
    std::vector<double> all;
    for (const auto& one : stored(node)) all.push_back(one.number);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all.size();
}

} // namespace

TEST_CASE("a sink that throws is logged, tried again, and gets everything; the others do not notice") {
    const folder state;
    const auto* const fault = GENERATE("throws", "throws_no_exception");
    bed<virtual_clock> b{&state, pipeline(fault), start};
    b.pipeline->start();
    b.clock.advance(5 * second);
    CHECK(b.of_event("lost").size() == 1);
    CHECK(b.of_event("back").size() == 1);
    CHECK(b.node("faulty").figures().failures == 1);
    CHECK_FALSE(b.node("faulty").figures().last_error().text.empty());
    CHECK(different("faulty") == 100);
    CHECK(stored("db").size() == 100);
    CHECK(b.pipeline->stop());
}

TEST_CASE("a record that a sink gives an invalid answer for is a dead letter, and the sink is reported to misbehave") {
    const folder state;
    bed<virtual_clock> b{&state, pipeline("no_answer"), start};
    b.pipeline->start();
    b.clock.advance(5 * second);
    const auto& done = b.node("faulty").figures();
    CHECK(done.misbehaved > 0);
    CHECK(done.rejected > 0);
    CHECK(done.rejected + stored("faulty").size() == 100);
    CHECK(b.of_event("bad_answer").size() == 1);
    CHECK(stored("db").size() == 100);
    CHECK(b.pipeline->stop());
    const database look{b.store->file(), database::access::read};
    statement dead{look, "SELECT count(*), min(reason) FROM dead_letter"};
    REQUIRE(dead.step());
    CHECK(static_cast<std::uint64_t>(dead.integer(0)) == done.rejected);
    CHECK(dead.text(1) == "its sink gave an invalid answer");
}

TEST_CASE("an answer for a record that is not there, or a second one, changes nothing but its sink's name") {
    const folder state;
    const auto* const fault = GENERATE("out_of_range", "twice");
    bed<virtual_clock> b{&state, pipeline(fault), start};
    b.pipeline->start();
    b.clock.advance(5 * second);
    CHECK(b.node("faulty").figures().misbehaved == 100);
    CHECK(b.node("faulty").figures().written == 100);
    CHECK(b.node("faulty").figures().rejected == 0);
    CHECK(different("faulty") == 100);
    CHECK(stored("db").size() == 100);
    CHECK(b.pipeline->stop());
}

TEST_CASE("a sink that hangs is logged once, with its return; the others go on, and what comes for it waits") {
    const folder state;
    testbed::released = false;
    testbed::next_call_timeout = 50'000'000;
    bed<real_clock> b{&state, pipeline("hangs")};
    testbed::next_call_timeout = 60 * second;
    b.pipeline->start();
    while (!b.node("faulty").life().is(node_state::hanging) || stored("db").size() < 100) std::this_thread::yield();
    CHECK(b.node("faulty").figures().misbehaved == 1);
    CHECK(b.node("faulty").figures().last_error().text.find("has not come back from write") != std::string::npos);
    while (b.of_event("lost").empty()) std::this_thread::yield();
    testbed::released = true;
    while (stored("faulty").size() < 100 || b.of_event("back").empty()) std::this_thread::yield();
    CHECK(b.of_event("lost").size() == 1);
    CHECK(b.pipeline->stop());
    CHECK(b.node("faulty").life().is(node_state::stopped));
}

TEST_CASE("a source that does not come back from start, collect or run is named as a sink is, and its return, too") {
    const std::string where = GENERATE("start", "collect", "run");
    testbed::released = false;
    testbed::next_call_timeout = 50'000'000;
    bed<real_clock> b{(where == "run" ? std::string{"[source.s]\ncomponent = \"hang\""}
                                      : "[source.s]\ncomponent = \"stays\"\nwhere = \"" + where + "\"") +
                      "\n[source.other]\ncomponent = \"beat\"\n[sink.db]\ncomponent = \"store\"\ninputs = [\"*\"]"};
    testbed::next_call_timeout = 60 * second;
    b.pipeline->start();
    while (b.of_event("lost").empty() || stored("db").empty()) std::this_thread::yield();
    CHECK(b.of_event("lost").front().find("s: " + where + ": lost: component '") == 0);
    CHECK(b.of_event("lost").front().find("it has not come back from " + where + " for") != std::string::npos);
    CHECK(b.node("s").life().is(node_state::hanging));
    CHECK(b.node("s").figures().misbehaved == 1);
    CHECK(b.pipeline->moves()); // the other one's
    testbed::released = true;
    while (b.of_event("back").empty()) std::this_thread::yield();
    CHECK(b.of_event("lost").size() == 1);
    CHECK(b.pipeline->stop());
}

TEST_CASE("a source that waits, or stands before a full sink, does not hang") {
    testbed::next_call_timeout = 50'000'000;
    bed<real_clock> b{R"([source.s]
component = "flood"
total = 10000000
[source.waits]
component = "beat"
takes = "1h"
[sink.slow]
component = "store"
pause = "1h"
queue = { size = "64KiB" }
inputs = ["*"]
)"};
    testbed::next_call_timeout = 60 * second;
    b.file.pipeline.site.grace = second;
    b.pipeline->start();
    while (b.node("s").made().waits() == 0) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds{300}); // several times the limit
    CHECK(b.of_event("lost").empty());
    CHECK(b.pipeline->stop());
}

TEST_CASE("records can't move when each source stands before a sink that hangs") {
    testbed::released = false;
    testbed::next_call_timeout = 50'000'000;
    bed<real_clock> b{R"([source.s]
component = "flood"
total = 100000
queue = { size = "64KiB" }
[sink.faulty]
component = "faulty"
fault = "hangs"
queue = { size = "64KiB" }
inputs = ["s"]
)"};
    testbed::next_call_timeout = 60 * second;
    b.pipeline->start();
    CHECK(b.pipeline->moves());
    while (b.pipeline->moves()) std::this_thread::yield();
    CHECK(b.node("faulty").life().is(node_state::hanging));
    testbed::released = true;
    while (!b.pipeline->moves()) std::this_thread::yield();
    CHECK(b.pipeline->stop());
}

TEST_CASE("a transform that does not come back is named, holds up records alone, and is left behind at the end") {
    testbed::released = false;
    testbed::next_call_timeout = 50'000'000;
    static const auto* const state = new folder; // the router goes on with all of this
    static auto* const kept = new bed<real_clock>{state, R"([source.s]
component = "rereads"
total = 100
[transform.t]
component = "stuck"
inputs = ["s"]
[sink.db]
component = "store"
inputs = ["t"])"};
    testbed::next_call_timeout = 60 * second;
    auto& b = *kept;
    b.file.pipeline.site.grace = second;
    b.pipeline->start();
    while (b.of_event("lost").empty()) std::this_thread::yield();
    CHECK(b.of_event("lost").front().find("t: process: lost: component 'stuck' misbehaves: it has not come back from "
                                          "process for") == 0);
    CHECK(b.node("t").life().is(node_state::hanging));
    CHECK_FALSE(b.pipeline->router().passes_by(std::chrono::steady_clock::now()));
    CHECK(b.pipeline->router().held_by().find("transform 't' has not come back from process for ") == 0);
    CHECK_THROWS_WITH(b.reload(pipeline("throws")),
                      Catch::Matchers::ContainsSubstring("nothing was changed: transform 't'"));
    CHECK_FALSE(b.pipeline->stop());
    CHECK(b.node("t").life().is(node_state::abandoned));
    REQUIRE(b.of_event("abandoned").size() == 1);
    CHECK(b.of_event("abandoned").front().find("t: it does not end (grace 1 s): transform 't' has not come back") == 0);
    CHECK(b.store->cursor_of("s").empty()); // nothing is acknowledged
    testbed::released = true;
}

TEST_CASE("a sink that still hangs at the end is left behind after the grace; what waits for it stays in its spool") {
    testbed::released = false;
    static const auto* const state = new folder; // the thread goes on with all of this
    static auto* const kept = new bed<real_clock>{state, pipeline("hangs")};
    auto& b = *kept;
    b.file.pipeline.site.grace = second;
    b.pipeline->start();
    while (b.node("faulty").calls().since() == never || stored("db").size() < 100) std::this_thread::yield();
    CHECK_FALSE(b.pipeline->stop());
    CHECK(b.node("faulty").life().is(node_state::abandoned));
    CHECK(b.store->backlogs().at("faulty").records == 100);
    testbed::released = true;
    while (!b.node("faulty").life().ended()) std::this_thread::yield();
}

TEST_CASE("a sink that only rests is woken when the pipeline ends; nothing is reported as failed") {
    const folder state;
    bed<real_clock> b{&state, R"([source.s]
component = "rereads"
total = 10
[sink.rests]
component = "store"
rests = "1h"
inputs = ["s"])"};
    b.pipeline->start();
    while (b.node("rests").calls().since() != never || b.node("rests").owed().in_hand() == 0) std::this_thread::yield();
    CHECK(b.pipeline->stop());
    CHECK(b.of_event("lost").empty());
    CHECK(b.of_event("abandoned").empty());
    CHECK(b.node("rests").figures().failures == 0);
    CHECK(b.store->backlogs().at("rests").records == 10);
}

TEST_CASE("a struct whose size is 0, or smaller than contract 1.0 had it, is refused by its name") {
    const int size = GENERATE(0, 55);
    bed<virtual_clock> b{"[source.s]\ncomponent = \"sizes\"\ninterval = \"7s\"\nsize = " + std::to_string(size) +
                             "\n[sink.db]\ncomponent = \"store\"\ninputs = [\"s\"]",
                         start};
    b.pipeline->start();
    b.clock.advance(second);
    CHECK(b.pipeline->stop());
    const auto refused = [&](const std::string& function, const std::string& name, int bytes) {
        return function + ": the size of the " + name + " is " + std::to_string(size) + ", and contract 1.0 has " +
               std::to_string(bytes) + " bytes: set it to sizeof(" + name + ")";
    };
    auto all = testbed::happened();
    std::erase_if(all, [](const auto& one) { return one.ends_with(" db"); }); // the sink's start and stop
    REQUIRE(all.size() >= 5);
    CHECK(all[0] == refused("declare", "releve_series", 112));
    CHECK(all[1] == refused("metric", "releve_metric", 56));
    CHECK(all[2] == refused("begin", "releve_writer", 64));
    CHECK(all[3] == refused("emit", "releve_writer", 64));
    CHECK(all[4] == "interval 7000000000");
    CHECK(b.node("s").figures().misbehaved > 0);
}
