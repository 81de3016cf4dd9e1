// SPDX-License-Identifier: Apache-2.0
// What outlives a run: spools, cursors, states, counters.
#include "components.hpp"

#include <releve/testing/catch.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

using namespace releve::core;
using testbed::bed;
using testbed::folder;
using testbed::happened;
using testbed::stored;

namespace {

constexpr std::int64_t start = 1'767'225'600'000'000'000, second = 1'000'000'000; // 2026-01-01 00:00 UTC

bool has_happened(const std::string& what) {
    const auto all = happened();
    return std::find(all.begin(), all.end(), what) != all.end();
}

/// Every number from 1 to `last`, in its order, once.
bool counts_to(const std::vector<testbed::seen>& records, std::size_t last) {
    if (records.size() != last) return false;
    for (std::size_t i = 0; i < last; ++i)
        if (records[i].number != static_cast<double>(i + 1)) return false;
    return true;
}

const std::string source = R"([source.s]
component = "rereads"
)";

/// The state directory as a crash at this moment leaves it.
void copy_as_after_a_crash(const folder& from, const folder& to) {
    for (const auto* name : {"state.db", "state.db-wal"})
        std::filesystem::copy_file(from.path / name, to.path / name, std::filesystem::copy_options::overwrite_existing);
}

std::int64_t dead_letters_in(const folder& state) {
    const database look{state.path / store::file_name, database::access::read};
    statement all{look, "SELECT count(*) FROM dead_letter"};
    all.step();
    const auto count = all.integer(0);
    all.reset();
    return count;
}

std::string grouped_sums(const std::string& options) {
    return source + "total = 2000\n" + options + R"(
[transform.sums]
component = "hundreds"
inputs = ["s"]
[sink.db]
component = "store"
inputs = ["sums"])";
}

/// Each hundred was counted once.
void check_sums(const std::vector<testbed::seen>& sums) {
    for (const auto& one : sums) CHECK(one.number == static_cast<double>(one.time) * 100 - 4950);
}

} // namespace

TEST_CASE("what one cursor covers is committed whole, wherever a crash or an end comes: nothing counts twice") {
    const folder state;
    folder crashed[8]; // NOLINT(*-avoid-c-arrays): a folder can't be moved
    {
        bed<virtual_clock> b{&state, grouped_sums("group = 10\npause = \"300ms\""), start};
        b.pipeline->start();
        for (const auto& one : crashed) {
            b.clock.advance(1'700'000'000);
            copy_as_after_a_crash(state, one);
        }
        CHECK(b.pipeline->stop()); // between two cursors, too
        CHECK_FALSE(b.of_event("left_to_read_again").empty());
        CHECK(b.of_event("no_cursor").empty());
        CHECK_FALSE(stored("db").empty());
        check_sums(stored("db"));
    }
    const auto check = [](const folder& left) {
        bed<virtual_clock> b{&left, grouped_sums(""), start};
        b.pipeline->start();
        b.clock.advance(3 * second);
        REQUIRE_FALSE(stored("db").empty());
        check_sums(stored("db"));
        CHECK(stored("db").back().time == 2000);
        CHECK(b.pipeline->stop());
    };
    check(state);
    for (const auto& one : crashed) check(one);
}

TEST_CASE("a source that is changed between two cursors is read again from its last one: nothing counts twice") {
    const folder state;
    bed<virtual_clock> b{&state, grouped_sums("group = 10\npause = \"300ms\""), start};
    b.pipeline->start();
    for (int i = 0; i < 5; ++i) {
        b.clock.advance(1'700'000'000);
        REQUIRE(b.reload(grouped_sums("group = 10\npause = \"" + std::to_string(301 + i) + "ms\"")).done());
    }
    REQUIRE(b.reload(grouped_sums("")).done());
    b.clock.advance(3 * second);
    REQUIRE_FALSE(stored("db").empty());
    CHECK(stored("db").back().time == 2000);
    check_sums(stored("db"));
    CHECK(b.pipeline->stop());
}

TEST_CASE("a source that reads again and gives no cursor for long, or for much, goes on, and that is logged once") {
    const folder state;
    const auto much = GENERATE(false, true);
    bed<virtual_clock> b{&state,
                         source + "total = 100000\ngroup = 10000\n" +
                             (much ? "queue = { size = \"4KiB\" }" : "pause = \"700ms\"") + R"(
[sink.db]
component = "store"
inputs = ["s"])",
                         start};
    b.pipeline->start();
    b.clock.advance(9 * second);
    CHECK(stored("db").empty() == !much);
    b.clock.advance(20 * second);
    CHECK(stored("db").size() >= 400);
    CHECK(b.of_event("no_cursor").size() == 1);
    CHECK(b.pipeline->stop());
}

TEST_CASE("what a sink without a spool refuses late is a dead letter before it is acknowledged, in each run") {
    const folder state;
    for (const std::int64_t run : {1, 2}) {
        bed<virtual_clock> b{&state, source + "total = " + std::to_string(10 * run) + R"(
[sink.db]
component = "store"
reject_odd = true
rests = "3s"
spool = false
inputs = ["s"])",
                             start};
        b.pipeline->start();
        for (int i = 0; i < 100 && !has_happened("acknowledged"); ++i) b.clock.advance(second / 10);
        REQUIRE(has_happened("acknowledged"));
        CHECK(dead_letters_in(state) == 5 * run);
        CHECK(b.pipeline->stop());
    }
    CHECK(dead_letters_in(state) == 10);
}

TEST_CASE("more dead letters than have room before a commit lose none") {
    const folder state;
    bed<virtual_clock> b{&state, source + R"(total = 60000
batch = 20000
[sink.db]
component = "store"
reject_odd = true
inputs = ["s"])",
                         start};
    b.pipeline->start();
    b.clock.advance(30 * second);
    CHECK(stored("db").size() == 30'000);
    CHECK(b.node("db").figures().rejected == 30'000);
    CHECK(b.node("db").figures().failures == 0);
    CHECK(b.pipeline->stop());
    CHECK(dead_letters_in(state) == 30'000);
}

TEST_CASE("what a sink could not write waits in its spool, and comes first in the next run") {
    const folder state;
    {
        bed<virtual_clock> b{&state, source + R"(total = 1000
[sink.db]
component = "store"
fail_first = 1000000
inputs = ["s"])",
                             start};
        b.pipeline->start();
        b.clock.advance(2 * second);
        CHECK(has_happened("acknowledged")); // it is safe, although the database is away
        CHECK(b.pipeline->stop());
        CHECK(stored("db").empty());
        CHECK(b.node("db").figures().dropped == 0);
        CHECK(b.store->backlogs().at("db").records == 1000);
    }
    bed<virtual_clock> b{&state, source + R"(total = 1500
[sink.db]
component = "store"
inputs = ["s"])",
                         start};
    CHECK(b.of_event("backlog") == std::vector<std::string>{"db: 1000 records wait in its spool"});
    b.pipeline->start();
    b.clock.advance(3 * second);
    CHECK(has_happened("cursor '1000'"));
    CHECK(counts_to(stored("db"), 1500));
    CHECK(b.pipeline->stop());
    CHECK(b.store->backlogs().empty());
}

TEST_CASE("a sink that is far behind gets everything in order, from memory and from disk") {
    const folder state;
    bed<virtual_clock> b{&state, source + R"(total = 20000
[sink.db]
component = "store"
fail_first = 8
queue = { size = "4KiB" }
inputs = ["s"])",
                         start};
    b.pipeline->start();
    for (int i = 0; i < 600; ++i) b.clock.advance(second);
    CHECK(counts_to(stored("db"), 20'000));
    CHECK(b.pipeline->stop());
    CHECK(b.store->backlogs().empty());
}

TEST_CASE("a sink whose spool comes first gets what is committed, in order, and nothing else") {
    const folder state;
    const auto pipeline = source + R"(
[sink.plain]
component = "store"
inputs = ["s"]
[sink.first]
component = "store"
spool = { first = true }
inputs = ["s"])";
    bed<virtual_clock> b{&state, pipeline, start};
    b.pipeline->start();
    b.clock.advance(second / 2);
    CHECK(counts_to(stored("plain"), 1000));
    CHECK(stored("first").empty());
    SECTION("when it is committed") {
        b.clock.advance(second);
        CHECK(counts_to(stored("first"), 1000));
        CHECK(b.pipeline->stop());
    }
    SECTION("at the end, when all is") { CHECK(b.pipeline->stop()); }
    CHECK(counts_to(stored("first"), 1000));
    CHECK(b.store->backlogs().empty());
}

TEST_CASE("a sink without a spool holds the acknowledgement until it has written") {
    const folder state;
    bed<virtual_clock> b{&state, source + R"(total = 100
[sink.db]
component = "store"
fail_first = 4
spool = false
inputs = ["s"])",
                         start};
    b.pipeline->start();
    b.clock.advance(second);
    CHECK_FALSE(has_happened("acknowledged"));
    b.clock.advance(120 * second);
    CHECK(counts_to(stored("db"), 100));
    b.clock.advance(2 * second);
    CHECK(has_happened("acknowledged"));
    CHECK(b.pipeline->stop());
}

TEST_CASE("when such a sink never wrote, its source reads again in the next run, and a transform's state agrees") {
    const folder state;
    const auto pipeline = [](const std::string& spool, int fails) {
        return source + R"(total = 950
[transform.sums]
component = "hundreds"
inputs = ["s"]
[sink.db]
component = "store"
fail_first = )" +
               std::to_string(fails) + "\nspool = " + spool +
               "\ninputs = [\"s\"]\n[sink.sums_db]\ncomponent = \"store\"\ninputs = [\"sums\"]";
    };
    {
        bed<virtual_clock> b{&state, pipeline("false", 1'000'000), start};
        b.pipeline->start();
        b.clock.advance(5 * second);
        CHECK_FALSE(has_happened("acknowledged"));
        CHECK(b.pipeline->stop());
    }
    bed<virtual_clock> b{&state, pipeline("false", 0), start};
    b.pipeline->start();
    b.clock.advance(5 * second);
    CHECK(has_happened("cursor ''"));
    CHECK(counts_to(stored("db"), 950));
    const auto sums = stored("sums_db"); // some of them again: series and time are the key
    REQUIRE(sums.size() >= 9);
    for (const auto& one : sums)
        CHECK(one.number == static_cast<double>(one.time) * 100 - 4950); // of (time - 99) .. time
    CHECK(b.pipeline->stop());
}

TEST_CASE("a transform's state and its records are committed together, over several runs") {
    const folder state;
    double last = 0;
    for (const int total : {130, 250, 1000}) {
        bed<virtual_clock> b{&state, source + "total = " + std::to_string(total) + R"(
[transform.sums]
component = "hundreds"
inputs = ["s"]
[sink.db]
component = "store"
inputs = ["sums"])",
                             start};
        b.pipeline->start();
        b.clock.advance(3 * second);
        for (const auto& one : stored("db")) {
            CHECK(one.number == static_cast<double>(one.time) * 100 - 4950);
            CHECK(static_cast<double>(one.time) == last + 100);
            last = static_cast<double>(one.time);
        }
        CHECK(b.pipeline->stop());
    }
    CHECK(last == 1000);
}

TEST_CASE("a sink that the pipeline no longer has keeps its spool, and is named") {
    const folder state;
    const auto pipeline = [](const std::string& name, int fails) {
        return source + "total = 100\n[sink." + name +
               "]\ncomponent = \"store\"\nfail_first = " + std::to_string(fails) + "\ninputs = [\"s\"]";
    };
    {
        bed<virtual_clock> b{&state, pipeline("old", 1'000'000), start};
        b.pipeline->start();
        b.clock.advance(2 * second);
        CHECK(b.pipeline->stop());
    }
    {
        bed<virtual_clock> b{&state, pipeline("new", 0), start};
        CHECK(b.of_event("orphan_spool") ==
              std::vector<std::string>{
                  "old: 100 records wait for this sink, which the pipeline file no longer has with a "
                  "spool: they are kept"});
        b.pipeline->start();
        b.clock.advance(2 * second);
        CHECK(b.pipeline->stop());
    }
    bed<virtual_clock> b{&state, pipeline("old", 0), start};
    b.pipeline->start();
    b.clock.advance(2 * second);
    CHECK(counts_to(stored("old"), 100));
    CHECK(b.pipeline->stop());
}

TEST_CASE("a full spool drops its oldest records, counts them and logs it; the sink then gets the newest") {
    const folder state;
    {
        bed<virtual_clock> b{&state, source + R"(total = 20000
batch = 100
[sink.db]
component = "store"
fail_first = 1000000
queue = { size = "1KiB" }
spool = { size = "64KiB" }
inputs = ["s"])",
                             start};
        b.pipeline->start();
        b.clock.advance(3 * second);
        CHECK(b.pipeline->stop());
        CHECK(b.node("db").figures().dropped > 10'000);
        CHECK(b.store->backlogs().at("db").bytes <= 64 << 10);
        CHECK_FALSE(b.of_event("spool_full").empty());
    }
    bed<virtual_clock> b{&state, source + R"(total = 20000
[sink.db]
component = "store"
inputs = ["s"])",
                         start};
    b.pipeline->start();
    b.clock.advance(3 * second);
    const auto rows = stored("db");
    REQUIRE_FALSE(rows.empty());
    CHECK(rows.back().number == 20'000);
    CHECK(std::is_sorted(rows.begin(), rows.end(), [](const auto& x, const auto& y) { return x.number < y.number; }));
    CHECK(b.pipeline->stop());
}

TEST_CASE("a full spool that blocks makes its source wait, and loses nothing") {
    const folder state;
    bed<virtual_clock> b{&state, source + R"(total = 20000
batch = 100
queue = { size = "4KiB" }
[sink.db]
component = "store"
fail_first = 30
queue = { size = "4KiB" }
spool = { size = "64KiB", full = "block" }
inputs = ["s"])",
                         start};
    b.pipeline->start();
    b.clock.advance(10 * second);
    CHECK(b.node("s").figures().records < 20'000);
    for (int i = 0; i < 4000 && b.node("db").figures().written < 20'000; ++i) b.clock.advance(second);
    CHECK(counts_to(stored("db"), 20'000));
    CHECK(b.pipeline->stop());
}

TEST_CASE("a record that its sink refuses is a dead letter, with its reason, once") {
    const folder state;
    bed<virtual_clock> b{&state, source + R"(total = 10
[sink.db]
component = "store"
reject_odd = true
inputs = ["s"])",
                         start};
    b.pipeline->start();
    b.clock.advance(3 * second);
    CHECK(stored("db").size() == 5);
    CHECK(b.pipeline->stop());
    const database look{b.store->file(), database::access::read};
    statement all{look, "SELECT count(*), sum(value), min(reason), min(sink) FROM dead_letter"};
    REQUIRE(all.step());
    CHECK(all.integer(0) == 5);
    CHECK(all.number(1) == 25);
    CHECK(all.text(2) == "odd");
    CHECK(all.text(3) == "db");
}

TEST_CASE("what the host remembers of a counter outlives the run: a fall after it is still a glitch") {
    const folder state;
    for (const bool later : {false, true}) {
        bed<virtual_clock> b{&state,
                             std::string{"[source.o]\ncomponent = \"odd\"\n"} + (later ? "later = true" : "") + R"(
[sink.db]
component = "store"
inputs = ["o"])",
                             start};
        b.pipeline->start();
        b.clock.advance(2 * second);
        const auto rows = stored("db");
        // 100, 101, 0, 102, a text, infinity; then 0, 103; each time that 0 was held and the next one confirmed
        REQUIRE(rows.size() == (later ? 4 : 8));
        CHECK(rows[later ? 0 : 2].quality == RELEVE_QUALITY_SUSPECT);
        CHECK(rows[1].quality == RELEVE_QUALITY_GOOD);
        CHECK(b.pipeline->stop());
        REQUIRE(b.store->counters().size() == 1);
        CHECK(b.store->counters().begin()->second.value == (later ? 103 : 102));
    }
}

TEST_CASE("a clock that is set forward a day and back again is logged, and drops nothing from a spool with an age") {
    const folder state;
    constexpr std::int64_t hour = 3600 * second;
    const auto leap = hour * GENERATE(1, 24, -1, -24);
    bed<virtual_clock> b{&state, R"([source.s]
component = "beat"
interval = "10s"
[source.aligned]
component = "beat"
interval = "10m"
align = true
[sink.db]
component = "store"
fail_first = 1000000
queue = { size = "1KiB" }
spool = { age = "30m" }
inputs = ["s", "aligned"])",
                         start};
    b.pipeline->start();
    b.clock.advance(600 * second);
    const auto before = b.node("s").figures().records.load();
    CHECK(before == 61);
    b.clock.set(leap);
    b.clock.advance(600 * second);
    CHECK(b.of_event(leap > 0 ? "clock_forward" : "clock_back").size() == 1);
    CHECK(b.node("s").figures().records == before + 60); // not one poll more or less
    CHECK(b.node("aligned").figures().records >= 2);     // and each ten minutes
    b.clock.set(-leap);
    b.clock.advance(300 * second);
    CHECK(b.of_event(leap > 0 ? "clock_back" : "clock_forward").size() == 1);
    CHECK(b.node("db").figures().dropped == 0);
    CHECK(b.node("s").figures().records == before + 90);
    // Two hours later the age counts again.
    b.clock.advance(2 * hour);
    CHECK(b.node("db").figures().dropped > 0);
    CHECK(b.pipeline->stop());
}

namespace {

/// 20,000 numbers in 2,000 batches wait for the sink db.
void leave_a_backlog(const folder& state) {
    bed<virtual_clock> b{&state, source + R"(total = 20000
[sink.db]
component = "store"
fail_first = 1000000
inputs = ["s"])",
                         start};
    b.pipeline->start();
    b.clock.advance(3 * second);
    CHECK(b.pipeline->stop());
    CHECK(b.store->backlogs().at("db").records == 20'000);
}

const std::string drained = source + R"(total = 20000
[sink.db]
component = "store"
inputs = ["s"])";

/// Exchanges two leaf pages of a table or an index of the file.
void swap_pages(const std::filesystem::path& file, const std::string& of) {
    std::array<std::int64_t, 2> pages{};
    {
        const database look{file, database::access::read};
        statement all{look, "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno"};
        all.bind(of);
        for (int i = 0; i < 5; ++i) REQUIRE(all.step());
        pages[0] = all.integer(0);
        for (int i = 0; i < 3; ++i) REQUIRE(all.step());
        pages[1] = all.integer(0);
        all.reset();
    }
    std::fstream disk{file, std::ios::in | std::ios::out | std::ios::binary};
    std::array<std::string, 2> contents{std::string(4096, 0), std::string(4096, 0)};
    for (std::size_t i = 0; i < 2; ++i) disk.seekg((pages[i] - 1) * 4096).read(contents[i].data(), 4096);
    for (std::size_t i = 0; i < 2; ++i) disk.seekp((pages[i] - 1) * 4096).write(contents[1 - i].data(), 4096);
}

} // namespace

TEST_CASE("damaged batches of a spool are counted with their records, and said: the first, and all of them") {
    const folder state;
    leave_a_backlog(state);
    {
        database db{state.path / store::file_name, database::access::write};
        db.run("UPDATE batch SET records = zeroblob(length(records)) WHERE id % 100 = 0");
    }
    bed<virtual_clock> b{&state, drained, start};
    b.pipeline->start();
    b.clock.advance(60 * second);
    CHECK(stored("db").size() == 19'800);
    CHECK(b.node("db").figures().dropped == 200);
    CHECK(b.pipeline->stop());
    CHECK(b.of_event("spool_damaged").size() == 1);
    auto said = b.of_event("spool_damaged_in_all");
    if (said.empty()) said = b.of_event("spool_damaged");
    CHECK(said.back().find("20 batches of its spool, with 200 records") != std::string::npos);
    CHECK(b.store->backlogs().empty());
}

TEST_CASE("what waits in a spool with swapped pages is written, or counted and said: none of it waits for ever") {
    const folder state;
    leave_a_backlog(state);
    swap_pages(state.path / store::file_name, GENERATE("batch", "batch_order"));
    bed<virtual_clock> b{&state, drained, start};
    b.pipeline->start();
    b.clock.advance(120 * second);
    CHECK(b.of_event("state_file").size() == 1); // damaged, and replaced
    CHECK(b.pipeline->stop());
    CHECK(b.store->backlogs().empty());
    std::set<double> written;
    for (const auto& one : stored("db")) written.insert(one.number);
    CHECK(written.size() + b.node("db").figures().dropped == 20'000);
}

TEST_CASE("the limits of a small spool hold, also for what its sink has in memory, and while nothing comes") {
    const folder state;
    const bool by_age = GENERATE(false, true);
    bed<virtual_clock> b{&state, std::string{R"([source.s]
component = "beat"
interval = "1s"
records = 300
[sink.db]
component = "store"
fail_first = 1000000
inputs = ["s"]
spool = )"} + (by_age ? R"({ age = "3s" })" : R"({ size = "64KiB" })"),
                         start};
    b.pipeline->start();
    for (int i = 0; i < 40; ++i) {
        b.clock.advance(second);
        const auto all = b.store->backlogs();
        const auto at = all.find("db");
        if (at == all.end()) continue;
        if (by_age)
            CHECK(at->second.oldest >= b.clock.now() - 5 * second); // the age, and a commit before and after
        else
            CHECK(at->second.bytes <= 64 << 10);
    }
    CHECK(b.node("db").figures().dropped > 0);
    CHECK(b.pipeline->stop());
    const auto made = b.node("s").figures().records.load();
    const auto left = b.store->backlogs();
    const auto waits = left.count("db") != 0 ? left.at("db").records : 0;
    CHECK(b.node("db").figures().dropped + static_cast<std::uint64_t>(waits) == made);
}

TEST_CASE("what is too old is dropped while nothing else comes") {
    const folder state;
    bed<virtual_clock> b{&state, source + R"(total = 1000
[sink.db]
component = "store"
fail_first = 1000000
spool = { age = "3s" }
inputs = ["s"])",
                         start};
    b.pipeline->start();
    b.clock.advance(2 * second);
    CHECK(b.store->backlogs().at("db").records == 1000);
    b.clock.advance(10 * second);
    CHECK(b.store->backlogs().empty());
    CHECK(b.node("db").figures().dropped == 1000);
    CHECK(b.pipeline->stop());
}

TEST_CASE("a state file that can't be written is said for as long as it lasts; one that is removed is made again") {
    const folder state;
    bed<virtual_clock> b{&state, R"([source.s]
component = "beat"
interval = "1s"
[sink.db]
component = "store"
fail_first = 1000000
inputs = ["s"])",
                         start};
    b.pipeline->start();
    b.clock.advance(3 * second);
    CHECK(b.pipeline->state_file_trouble().empty());
    const auto run = [&](const char* sql) {
        database other{b.store->file(), database::access::write};
        other.run(sql);
    };
    run("CREATE TRIGGER no BEFORE INSERT ON batch BEGIN SELECT RAISE(ABORT, 'no space'); END");
    b.clock.advance(5 * second);
    CHECK(b.pipeline->state_file_trouble().find("nothing is acknowledged") != std::string::npos);
    run("DROP TRIGGER no");
    b.clock.advance(120 * second);
    CHECK(b.pipeline->state_file_trouble().empty());
    std::filesystem::remove(b.store->file());
    b.clock.advance(10 * second);
    CHECK(std::filesystem::exists(b.store->file()));
    CHECK(b.of_event("state_file").size() == 1);
    const auto made = b.node("s").figures().records.load();
    CHECK(b.pipeline->stop());
    const folder crashed;
    copy_as_after_a_crash(state, crashed);
    const store again{crashed.path};
    CHECK(again.backlogs().at("db").records == static_cast<std::int64_t>(made));
}
