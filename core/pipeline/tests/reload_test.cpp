// SPDX-License-Identifier: Apache-2.0
// Another pipeline file while the pipeline runs.
#include "components.hpp"

#include <releve/testing/catch.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

using namespace releve::core;
using testbed::bed;
using testbed::folder;
using testbed::happened;
using testbed::stored;

namespace {

constexpr std::int64_t start = 1'767'225'600'000'000'000, second = 1'000'000'000; // 2026-01-01 00:00 UTC

using virtual_bed = bed<virtual_clock>;
using names = std::vector<std::string>;

std::ptrdiff_t times_happened(const std::string& what) {
    const auto all = happened();
    return std::count(all.begin(), all.end(), what);
}

names numbers(const std::string& sink, const std::string& series) {
    names all;
    for (const auto& one : stored(sink))
        if (one.series == series)
            all.push_back(std::to_string(one.time / second - start / second) +
                          "s:" + std::to_string(static_cast<int>(one.number)));
    return all;
}

/// Every number from 1 on, in its order, once.
bool counts_up(const std::vector<testbed::seen>& records) {
    for (std::size_t i = 0; i < records.size(); ++i)
        if (records[i].number != static_cast<double>(i + 1)) return false;
    return true;
}

std::string beat(const std::string& name, int interval, const std::string& more = {}) {
    return "[source." + name + "]\ncomponent = \"beat\"\ninterval = \"" + std::to_string(interval) + "s\"\n" + more;
}

std::string sink(const std::string& name, const std::string& inputs, const std::string& more = {}) {
    return "[sink." + name + "]\ncomponent = \"store\"\ninputs = [" + inputs + "]\n" + more;
}

std::string rereads(int total) {
    return "[source.s]\ncomponent = \"rereads\"\ntotal = " + std::to_string(total) + "\n";
}

} // namespace

TEST_CASE("only a changed node starts again: schedule, series and figures of the others are unbroken") {
    virtual_bed b{beat("a", 10) + beat("b", 10) + sink("da", "\"a\"") + sink("db", "\"b\""), start};
    b.pipeline->start();
    b.clock.advance(15 * second);
    const auto* a = &b.node("a");
    const auto series = b.pipeline->series().size();
    const auto done = b.reload(beat("a", 10) + beat("b", 4) + sink("da", "\"a\"") + sink("db", "\"b\""));
    CHECK(done.text() == "reloaded: 1 node restarted (b), 0 added, 0 removed, 3 unchanged");
    CHECK(b.of_event(done.text()) == names{": " + done.text()});
    b.clock.advance(10 * second);
    CHECK(&b.node("a") == a);
    CHECK(a->figures().records == 3);
    CHECK(numbers("da", "beat") == names{"0s:1", "10s:2", "20s:3"});
    CHECK(numbers("db", "beat") == names{"0s:1", "10s:2", "15s:1", "19s:2", "23s:3"});
    CHECK(b.pipeline->series().size() == series); // the same numbers
    CHECK(times_happened("start a") == 1);
    CHECK(times_happened("start b") == 2);
    CHECK(times_happened("stop b") == 1);
    CHECK(times_happened("start da") == 1);
    CHECK(b.pipeline->stop());
}

TEST_CASE("the same file again, in another order, restarts nothing") {
    virtual_bed b{beat("a", 10) + beat("b", 10) + sink("db", "\"a\", \"b\""), start};
    b.pipeline->start();
    b.clock.advance(15 * second);
    CHECK(b.reload(sink("db", "\"b\", \"a\"") + beat("b", 10) + beat("a", 10)).text() ==
          "reloaded: 0 nodes restarted, 0 added, 0 removed, 3 unchanged");
    b.clock.advance(10 * second);
    CHECK(stored("db").size() == 6);
    CHECK(b.pipeline->stop());
}

TEST_CASE("nodes are added, removed and renamed; a renamed source may have the series of the old one") {
    virtual_bed b{beat("a", 10) + "[source.o]\ncomponent = \"odd\"\n" + sink("db", "\"a\", \"o\""), start};
    b.pipeline->start();
    b.clock.advance(15 * second);
    const auto done = b.reload(beat("a", 10) + beat("c", 10) + sink("new", "\"a\", \"c\""));
    CHECK(done.text() == "reloaded: 0 nodes restarted, 2 added (c, new), 2 removed (o, db), 1 unchanged");
    b.clock.advance(10 * second);
    CHECK(stored("db").size() == 10); // with two events
    CHECK(numbers("new", "beat") == names{"15s:1", "20s:3", "25s:2"});
    CHECK(times_happened("stop db") == 1);
    CHECK(b.pipeline->nodes().size() == 3);
    CHECK(b.pipeline->stop());
}

TEST_CASE("when only the wiring changes, nothing restarts and records go the new way") {
    const auto nodes = beat("a", 10) + sink("one", "\"a\"");
    virtual_bed b{nodes + sink("two", "\"a\""), start};
    b.pipeline->start();
    b.clock.advance(5 * second);
    CHECK(b.reload(nodes + "[transform.t]\ncomponent = \"twice\"\ninputs = [\"a\"]\n" + sink("two", "\"t\"")).text() ==
          "reloaded: 0 nodes restarted, 1 added (t), 0 removed, 3 unchanged");
    b.clock.advance(10 * second);
    CHECK(numbers("one", "beat") == names{"0s:1", "10s:2"});
    CHECK(numbers("two", "beat") == names{"0s:1"});
    CHECK(numbers("two", "twice") == names{"10s:4"});
    CHECK(b.pipeline->stop());
}

TEST_CASE("a node that can't be made changes nothing, and is named at its key") {
    virtual_bed b{beat("a", 10) + sink("db", "\"a\""), start};
    b.pipeline->start();
    b.clock.advance(15 * second);
    const auto file =
        b.read(beat("a", 3) + "[connection.l]\ncomponent = \"line\"\n" +
               "[source.s]\ncomponent = \"steps\"\nline = \"l\"\nrefuse = true\n" + sink("db", "\"a\", \"s\""));
    for (int i = 0; i < 3; ++i) { // what was tried leaves nothing behind
        const auto done = b.pipeline->reload(file);
        CHECK_FALSE(done.done());
        REQUIRE(done.refused.size() == 1);
        CHECK(done.refused[0].section->name == "s");
        CHECK(done.refused[0].path == "refuse");
        CHECK(done.refused[0].why == "so it was asked for");
    }
    CHECK(b.pipeline->nodes().size() == 2);
    CHECK(b.pipeline->series().size() == 2); // that of a, and one that is kept for whoever comes next
    b.clock.advance(10 * second);
    CHECK(numbers("db", "beat") == names{"0s:1", "10s:2", "20s:3"});
    CHECK(times_happened("stop a") == 0);
    CHECK(b.reload(beat("a", 10) + sink("db", "\"a\"")).unchanged == 2);
    CHECK(b.pipeline->stop());
}

TEST_CASE("[site] can't change while it runs") {
    virtual_bed b{beat("a", 10) + sink("db", "\"a\""), start};
    b.pipeline->start();
    auto file = b.read(beat("a", 10) + sink("db", "\"a\""));
    file->site.timezone = "Europe/Paris";
    CHECK(b.pipeline->reload(file).site_key == "timezone");
    CHECK(b.pipeline->stop());
}

TEST_CASE("a changed connection restarts the nodes that use it, after it was closed") {
    const auto file = [](int speed) {
        return "[connection.l]\ncomponent = \"line\"\nspeed = " + std::to_string(speed) +
               "\n[source.s]\ncomponent = \"steps\"\nline = \"l\"\nqueue = { size = \"1KiB\" }\n" + beat("a", 10) +
               sink("ds", "\"s\"", "fail_first = 1000000\nspool = false\nqueue = { size = \"1KiB\" }\n") +
               sink("da", "\"a\"");
    };
    virtual_bed b{file(1200), start};
    b.file.pipeline.site.grace = 10 * second; // all of it passes: what s made has no room
    b.pipeline->start();
    b.clock.advance(second);
    CHECK(b.reload(file(9600)).text() == "reloaded: 1 node restarted (s), 0 added, 0 removed, 3 unchanged");
    b.clock.advance(second);
    CHECK(b.pipeline->stop());
    names lines;
    for (const auto& one : happened())
        if (one == "open l" || one == "close l") lines.push_back(one);
    CHECK(lines == names{"open l", "close l", "open l", "close l"});
}

TEST_CASE("a connection that changes while it is asked something is told to end its answer, then closed") {
    const auto file = [](int speed) {
        return "[connection.l]\ncomponent = \"line\"\nspeed = " + std::to_string(speed) +
               "\n[source.s]\ncomponent = \"steps\"\nline = \"l\"\n" + sink("ds", "\"s\"");
    };
    virtual_bed b{file(1200), start};
    b.pipeline->start();
    b.clock.advance(second);
    answered old;
    std::thread asks{[&] { old = b.pipeline->ask("line", {{"hang", "1"}}); }};
    while (times_happened("hang l") == 0) std::this_thread::yield();
    CHECK(b.reload(file(9600)).restarted == names{"s"});
    asks.join();
    CHECK(old.status == RELEVE_STOPPED);
    b.clock.advance(second);
    const auto now = b.pipeline->ask("line", {{"say", "x"}});
    CHECK(now.status == RELEVE_OK);
    CHECK(now.text == "l says x");
    CHECK(b.pipeline->stop());
}

TEST_CASE("what waits for a changed sink is written by the new one: nothing lost, nothing twice") {
    const auto spool = GENERATE("true", "false");
    const folder state;
    const auto file = [&](int fails) {
        return rereads(1000) +
               sink("db", "\"s\"", "fail_first = " + std::to_string(fails) + "\nspool = " + spool + "\n");
    };
    virtual_bed b{&state, file(1'000'000), start};
    b.pipeline->start();
    b.clock.advance(5 * second);
    CHECK(stored("db").empty());
    CHECK(b.reload(file(0)).restarted == names{"db"});
    b.clock.advance(5 * second);
    CHECK(stored("db").size() == 1000);
    CHECK(counts_up(stored("db")));
    CHECK(times_happened("acknowledged") == 1);
    CHECK(b.node("db").figures().dropped == 0);
    CHECK(b.pipeline->stop());
    CHECK(b.store->backlogs().empty());
}

TEST_CASE("a sink that gets a spool, or loses it, keeps what waits") {
    const folder state;
    const auto file = [](int fails, const std::string& spool) {
        return rereads(500) +
               sink("db", "\"s\"", "fail_first = " + std::to_string(fails) + "\nspool = " + spool + "\n");
    };
    virtual_bed b{&state, file(1'000'000, "false"), start};
    b.pipeline->start();
    b.clock.advance(2 * second);
    CHECK(b.reload(file(1'000'000, "true")).restarted == names{"db"});
    b.clock.advance(2 * second);
    CHECK(times_happened("acknowledged") == 1); // it is on disk now
    CHECK(b.reload(file(0, "false")).restarted == names{"db"});
    CHECK(b.of_event("orphan_spool").size() == 1);
    CHECK(b.reload(file(0, "true")).restarted == names{"db"});
    b.clock.advance(2 * second);
    CHECK(stored("db").size() == 500);
    CHECK(counts_up(stored("db")));
    CHECK(b.pipeline->stop());
}

TEST_CASE("the spool of a removed sink is kept and named, and is there when the sink comes back") {
    const folder state;
    const auto other = rereads(300) + sink("other", "\"s\"");
    virtual_bed b{&state, other + sink("db", "\"s\"", "fail_first = 1000000\n"), start};
    b.pipeline->start();
    b.clock.advance(2 * second);
    CHECK(b.reload(other).removed == names{"db"});
    CHECK(b.of_event("orphan_spool") ==
          names{"db: 300 records wait for this sink, which the pipeline file no longer has with a spool: they are "
                "kept"});
    CHECK(b.store->backlogs().at("db").records == 300);
    CHECK(b.reload(other + sink("db", "\"s\"")).added == names{"db"});
    b.clock.advance(2 * second);
    CHECK(stored("db").size() == 300);
    CHECK(counts_up(stored("db")));
    CHECK(b.pipeline->stop());
}

TEST_CASE("a changed source begins after its last record") {
    const folder state;
    virtual_bed b{&state, rereads(400) + sink("db", "\"s\""), start};
    b.pipeline->start();
    b.clock.settle(); // not yet committed
    CHECK(b.reload(rereads(900) + sink("db", "\"s\"")).restarted == names{"s"});
    b.clock.advance(2 * second);
    CHECK(times_happened("cursor '400'") == 1);
    CHECK(stored("db").size() == 900);
    CHECK(counts_up(stored("db")));
    CHECK(b.pipeline->stop());
}

TEST_CASE("a changed transform goes on with the state of the one before it") {
    const folder state;
    const bool kept = GENERATE(true, false);
    const auto file = [](int total, const std::string& component) {
        return rereads(total) + "[transform.t]\ncomponent = \"" + component + "\"\ninputs = [\"s\"]\n" +
               sink("db", "\"t\"");
    };
    virtual_bed b{kept ? &state : nullptr, file(130, "hundreds"), start};
    b.pipeline->start();
    b.clock.advance(2 * second);
    CHECK(b.reload(file(130, "pass")).restarted == names{"t"});
    CHECK(b.reload(file(130, "hundreds")).restarted == names{"t"});
    if (kept) {
        b.reload(file(250, "hundreds"));
        b.clock.advance(2 * second);
        const auto sums = stored("db");
        REQUIRE(sums.size() == 2);
        CHECK(sums[1].number == 200 * 100 - 4950);
    }
    CHECK(b.node("t").memory().values().at("count") == (kept ? "250" : "130"));
    CHECK(b.pipeline->stop());
}

TEST_CASE("what the host knows of a counter outlives a reload of its source") {
    virtual_bed b{"[source.o]\ncomponent = \"odd\"\n" + sink("db", "\"o\""), start};
    b.pipeline->start();
    b.clock.advance(second);
    b.reload("[source.o]\ncomponent = \"odd\"\nlater = true\n" + sink("db", "\"o\""));
    b.clock.advance(second);
    const auto rows = stored("db");
    REQUIRE(rows.size() == 12);                       // of each, two are events
    CHECK(rows[8].quality == RELEVE_QUALITY_SUSPECT); // a fall to zero
    CHECK(rows[9].quality == RELEVE_QUALITY_GOOD);
    CHECK(b.pipeline->stop());
}

TEST_CASE("a node that does not end is left behind, and the new one starts beside it") {
    testbed::released = false;
    // The thread that is left behind may look at all of this until it ends.
    static auto* const kept = new bed<real_clock>{"[source.h]\ncomponent = \"hang\"\n" + sink("db", "\"h\"")};
    auto& b = *kept;
    b.file.pipeline.site.grace = 200'000'000;
    b.pipeline->start();
    while (times_happened("hangs") == 0) std::this_thread::yield();
    const auto old = b.pipeline->nodes().front();
    auto file = b.read("[source.h]\ncomponent = \"hang\"\nqueue = { size = \"1MiB\" }\n" + sink("db", "\"h\""));
    CHECK(b.pipeline->reload(file).restarted == names{"h"});
    CHECK(old->life().is(node_state::abandoned));
    CHECK(b.of_event("abandoned").size() == 1);
    while (times_happened("hangs") == 1) std::this_thread::yield();
    testbed::released = true;
    while (!old->life().ended() || !b.node("h").life().ended()) std::this_thread::yield();
    CHECK(b.pipeline->stop());
}

TEST_CASE("200 reloads while sources run fast: a spooled sink gets each record once") {
    const folder state;
    // Each time both sources restart, or both sinks, or neither.
    const auto file = [](int batch, const std::string& queue) {
        std::string text;
        for (const auto* name : {"s", "r"})
            text += "[source." + std::string{name} + "]\ncomponent = \"steps\"\nbatch = " + std::to_string(batch) +
                    "\nline = \"l\"\nqueue = { size = \"16KiB\" }\n";
        return "[connection.l]\ncomponent = \"line\"\n" + text +
               sink("ds", "\"s\"", "queue = { size = \"" + queue + "\" }\n") +
               sink("dr", "\"r\"",
                    "pause = \"2ms\"\nqueue = { size = \"" + queue +
                        "\" }\nspool = { full = \"block\", size = \"256KiB\" }\n");
    };
    bed<real_clock> b{&state, file(10, "8KiB")};
    b.pipeline->start();
    for (int i = 1; i <= 200; ++i) {
        const auto done = b.reload(file(i % 2 == 0 ? 10 : 20, i % 4 < 2 ? "8KiB" : "16KiB"));
        REQUIRE(done.done());
        if (i % 20 == 0)
            while (b.node("ds").figures().taken == 0 || b.node("dr").figures().taken == 0) std::this_thread::yield();
    }
    CHECK(b.pipeline->stop());
    for (const auto* name : {"ds", "dr"}) {
        const auto all = stored(name);
        INFO(name << " has " << all.size());
        CHECK_FALSE(all.empty());
        CHECK(counts_up(all));
    }
}

TEST_CASE("what a sink without a spool stopped writing during a reload goes to the new one") {
    const auto nodes = [](const std::string& rests) {
        return "[source.s]\ncomponent = \"flood\"\ntotal = 100\nbatch = 10\n" +
               sink("db", "\"s\"", "spool = false\nrests = \"" + rests + "\"\n");
    };
    bed<real_clock> b{nodes("1h")};
    b.pipeline->start();
    while (b.node("db").figures().taken < 100) std::this_thread::yield(); // it rests before it writes the first of them
    CHECK(b.reload(nodes("0s")).restarted == names{"db"});
    while (stored("db").size() < 100) std::this_thread::yield();
    CHECK(b.pipeline->stop());
    CHECK(stored("db").size() == 100);
    CHECK(b.node("db").figures().dropped == 0);
    CHECK(b.of_event("lost_at_end").empty());
}
