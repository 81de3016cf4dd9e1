// SPDX-License-Identifier: Apache-2.0
#include "records/series_table.hpp"
#include "spool/spool_reader.hpp"
#include "spool/store.hpp"

#include <releve/testing/catch.hpp>

#include <stdlib.h>
#include <sys/stat.h>

#include <cstring>
#include <fstream>
#include <thread>

using namespace releve::core;

namespace {

struct fixture {
    std::filesystem::path folder;
    batch_pool pool;
    series_table series;

    fixture() {
        auto name = (std::filesystem::temp_directory_path() / "releve-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder = name;
    }
    ~fixture() { std::filesystem::remove_all(folder); }

    std::uint32_t declare(const char* name, const char* unit = "Wh", const void* by = "node") {
        releve_series what{};
        what.size = sizeof what;
        what.kind = RELEVE_KIND_COUNTER;
        what.name = {name, std::strlen(name)};
        what.unit = {unit, std::strlen(unit)};
        what.help = {"An index", 8};
        what.modulus = 1e9;
        std::string why;
        const auto number = series.declare({by, "meter", "site"}, what, why);
        INFO(why);
        CHECK(number != 0);
        return number;
    }
    batch_ref batch(std::uint32_t of, double value, std::string_view text = {}) {
        batch_ref made{pool.take(2, static_cast<std::uint32_t>(text.size()))};
        made->batch.count = 2;
        made->batch.text_size = static_cast<std::uint32_t>(text.size());
        made->records()[0] = {1, {value}, of, RELEVE_VALUE_NUMBER, RELEVE_QUALITY_GOOD, 0};
        made->records()[1] = {2, {0}, of, RELEVE_VALUE_TEXT, RELEVE_QUALITY_GOOD, 0};
        made->records()[1].value.text = {0, static_cast<std::uint32_t>(text.size())};
        if (!text.empty()) std::memcpy(made->text(), text.data(), text.size());
        return made;
    }
    epoch of(std::vector<spooled_batch> added, std::vector<std::uint64_t> gone = {}) {
        epoch made;
        made.time = 1000;
        epoch::sink_part part;
        part.sink = "db";
        if (!added.empty()) part.next_id = added.back().id + 1;
        part.added = std::move(added);
        part.gone = std::move(gone);
        made.sinks.push_back(std::move(part));
        return made;
    }
};

/// The state directory as a crash at this moment leaves it.
std::filesystem::path as_after_a_crash(const std::filesystem::path& folder) {
    const auto crashed = folder.string() + "-crashed";
    std::filesystem::remove_all(crashed);
    std::filesystem::create_directory(crashed);
    for (const auto* name : {"state.db", "state.db-wal"})
        if (std::filesystem::exists(folder / name))
            std::filesystem::copy_file(folder / name, std::filesystem::path{crashed} / name);
    return crashed;
}

std::int64_t free_pages_of(const store& kept) {
    const database look{kept.file(), database::access::read};
    statement pages{look, "PRAGMA freelist_count"};
    pages.step();
    const auto count = pages.integer(0);
    pages.reset();
    return count;
}

std::string refused(const std::filesystem::path& folder) {
    try {
        const store opened{folder};
    } catch (const std::exception& e) {
        return e.what();
    }
    return {};
}

} // namespace

TEST_CASE_METHOD(fixture, "batches come back as they were, with their series, in another process's store") {
    std::uint64_t next = 0;
    {
        store first{folder};
        const auto number = declare("energy");
        first.commit(of({{1, batch(number, 41, "heures creuses")}, {2, {}}, {3, batch(number, 43)}}), series);
        CHECK(first.backlogs().at("db").records == 4);
        next = first.next_id_of("db");
        CHECK(next > 3);
    }
    store again{folder};
    series_table later;
    again.restore(later);
    REQUIRE(later.find(1) != nullptr);
    CHECK(spell(*later.find(1)) == R"(energy{device="meter", site="site"})");
    CHECK(later.find(1)->modulus == 1e9);
    CHECK(again.next_id_of("db") >= next);
    spool_reader reader{again.file(), "db", pool, later};
    auto piece = reader.read(0, 100, 1);
    REQUIRE(piece.batches.size() == 1); // one at least
    CHECK(piece.batches[0].id == 1);
    const auto& b = *piece.batches[0].batch;
    CHECK(b.records[0].value.number == 41);
    CHECK(std::string_view{b.text + b.records[1].value.text.offset, b.records[1].value.text.size} == "heures creuses");
    piece = reader.read(1, 100, 1 << 20);
    REQUIRE(piece.batches.size() == 1);
    CHECK(piece.batches[0].id == 3);
    again.commit(of({}, {1, 3}), later);
    CHECK(again.backlogs().empty());
}

TEST_CASE_METHOD(fixture, "a series declared again keeps its number; in another unit it gets a new one") {
    {
        store first{folder};
        declare("energy");
        first.commit(of({{1, batch(1, 1)}}), series);
    }
    store again{folder};
    series_table later;
    again.restore(later);
    releve_series what = *later.find(1);
    std::string why;
    const int a = 0, b = 0;
    CHECK(later.declare({&a, "meter", "site"}, what, why) == 1);
    CHECK(later.declare({&b, "meter", "site"}, what, why) == 0); // two nodes: refused as ever
    series_table other;
    again.restore(other);
    what.unit = {"m3", 2};
    what.quantity = {"", 0};
    const auto number = other.declare({&a, "meter", "site"}, what, why);
    INFO(why);
    CHECK(number == 2);
    CHECK(other.find(1)->unit.size == 2);
}

TEST_CASE_METHOD(fixture, "cursors, states and what is forgotten") {
    {
        store first{folder};
        epoch e;
        e.nodes.push_back({"a", std::string("17\0x", 4), {{"k", "v"}, {"gone", "x"}}});
        e.nodes.push_back({"b", std::nullopt, {{"k", std::string("\0", 1)}}});
        first.commit(e, series);
        epoch f;
        f.nodes.push_back({"a", std::nullopt, {{"gone", std::nullopt}}});
        first.commit(f, series);
    }
    const store again{folder};
    CHECK(again.cursor_of("a") == std::string("17\0x", 4));
    CHECK(again.cursor_of("b").empty());
    CHECK(again.state_of("a").size() == 1);
    CHECK(again.state_of("b").at("k") == std::string("\0", 1));
}

TEST_CASE_METHOD(fixture, "one releve at a time on a state directory") {
    const store first{folder};
    CHECK(refused(folder) == "another releve runs on the state directory " + folder.string() +
                                 ": stop it first, or give this site its own 'state' in [site]");
}

TEST_CASE_METHOD(fixture, "a file of a newer version is refused and left as it is") {
    { const store first{folder}; }
    {
        database db{folder / store::file_name, database::access::write};
        db.run("PRAGMA user_version = 99");
    }
    CHECK(refused(folder) == (folder / store::file_name).string() +
                                 " has version 99, and this releve knows versions up to 2: run the "
                                 "newer releve, or use another state in [site]");
}

TEST_CASE_METHOD(fixture, "what waits in a file of an earlier version waits in this one") {
    {
        store kept{folder};
        const auto number = declare("energy");
        kept.commit(of({{1, batch(number, 1, "one")}, {2, batch(number, 2, "two")}}), series);
    }
    {
        database db{folder / store::file_name, database::access::write};
        db.run("ALTER TABLE batch DROP COLUMN checksum");
        db.run("PRAGMA user_version = 1");
    }
    store kept{folder};
    CHECK(kept.notices().empty());
    CHECK(kept.of("db").batches == 2);
    spool_reader reader{kept.file(), "db", pool, series};
    const auto read = reader.read(0, 10, 1 << 20).batches;
    REQUIRE(read.size() == 2);
    CHECK(read[1].batch->records()[0].value.number == 2);
    CHECK(std::string_view(read[1].batch->text(), 3) == "two");
}

TEST_CASE_METHOD(fixture, "a damaged file is put aside, reported and replaced") {
    std::ofstream{folder / store::file_name} << std::string(8192, 'x');
    const store opened{folder};
    REQUIRE(opened.notices().size() == 1);
    CHECK(opened.notices()[0].find("is damaged") != std::string::npos);
    CHECK(opened.backlogs().empty());
    std::size_t aside = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        aside += entry.path().filename().string().find("damaged") != std::string::npos;
    CHECK(aside == 1);
}

TEST_CASE_METHOD(fixture, "a batch that the disk changed is not read: the others are") {
    store kept{folder};
    const auto number = declare("energy");
    kept.commit(of({{1, batch(number, 1)}, {2, batch(number, 2)}, {3, batch(number, 3)}, {4, batch(number, 4)}}),
                series);
    {
        database db{kept.file(), database::access::write};
        db.run("UPDATE batch SET records = zeroblob(length(records)) WHERE id = 1"); // no such series
        db.run("UPDATE batch SET records = x'00' WHERE id = 2");
        db.run(
            "UPDATE batch SET records = substr(records, 1, 12) || x'01' || substr(records, 14) WHERE id = 3"); // a
                                                                                                               // value
    }
    spool_reader reader{kept.file(), "db", pool, series};
    const auto piece = reader.read(0, 4, 1 << 20);
    CHECK(piece.unreadable == std::vector<spool_reader::piece::damaged>{{1, 2}, {2, 2}, {3, 2}}); // two records each
    REQUIRE(piece.batches.size() == 1);
    CHECK(piece.batches[0].id == 4);
}

TEST_CASE_METHOD(fixture, "a commit that fails leaves everything as it was, and can be tried again") {
    store kept{folder};
    const auto number = declare("energy");
    const auto what = of({{1, batch(number, 1)}});
    {
        database other{kept.file(), database::access::write};
        other.run("CREATE TRIGGER no BEFORE INSERT ON batch BEGIN SELECT RAISE(ABORT, 'no space'); END");
    }
    CHECK_THROWS_AS(kept.commit(what, series), sqlite_error);
    CHECK(kept.backlogs().empty());
    {
        database other{kept.file(), database::access::write};
        other.run("DROP TRIGGER no");
    }
    kept.commit(what, series);
    CHECK(kept.backlogs().at("db").batches == 1);
}

TEST_CASE_METHOD(fixture,
                 "what can be read of a damaged file is taken over into a new one, while the store is in use") {
    store kept{folder};
    const auto number = declare("energy");
    auto what = of({{1, batch(number, 1, "heures creuses")}, {2, batch(number, 2)}});
    what.nodes.push_back({"a", "17", {{"k", "v"}}});
    what.counters.push_back({number, {41, 1000, 0, 0, 0, true}});
    kept.commit(what, series);
    spool_reader reader{kept.file(), "db", pool, series};
    REQUIRE(reader.read(0, 2, 1 << 20).batches.size() == 2); // from now on it has the file open
    kept.replace_damaged_file("a page is wrong");
    reader.close();
    CHECK(kept.notices().back().find("4 records that wait") != std::string::npos);
    CHECK(kept.backlogs().at("db").records == 4);
    CHECK(kept.cursor_of("a") == "17");
    CHECK(kept.state_of("a").at("k") == "v");
    CHECK(kept.counters().at(number).value == 41);
    CHECK(kept.next_id_of("db") > 2);
    CHECK(reader.read(0, 2, 1 << 20).batches.size() == 2);
    kept.commit(of({{3, batch(declare("water", "m3"), 3)}}, {1}), series);
    CHECK(kept.backlogs().at("db").batches == 2);
    series_table later;
    kept.restore(later);
    CHECK(later.size() == 2);
}

TEST_CASE_METHOD(fixture, "a damaged page of the table or of its index costs only what is on it") {
    const auto number = declare("energy");
    const auto* const part = GENERATE("batch", "batch_order");
    INFO(part);
    std::int64_t page = 0;
    {
        store first{folder};
        std::vector<spooled_batch> many;
        for (std::uint64_t id = 1; id <= 2000; ++id) many.push_back({id, batch(number, static_cast<double>(id))});
        first.commit(of(std::move(many)), series);
        const database look{first.file(), database::access::read};
        statement pages{
            look, "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno LIMIT 1 OFFSET 5"};
        pages.bind(part);
        REQUIRE(pages.step());
        page = pages.integer(0);
    }
    {
        std::fstream file{folder / store::file_name, std::ios::in | std::ios::out | std::ios::binary};
        file.seekp((page - 1) * 4096);
        file << std::string(32, '\xa5'); // the page's header and the first of its cells
    }
    store opened{folder};
    if (opened.notices().empty()) opened.replace_damaged_file("as a commit finds it");
    INFO(opened.notices().back());
    REQUIRE(opened.backlogs().count("db") == 1);
    const auto waiting = opened.backlogs().at("db").batches;
    CHECK(waiting >= (std::string_view{part} == "batch" ? 1900 : 2000));
    spool_reader reader{opened.file(), "db", pool, series};
    const auto piece = reader.read(0, 2000, 1 << 30);
    CHECK(piece.unreadable.empty());
    CHECK(static_cast<std::int64_t>(piece.batches.size()) == waiting);
}

TEST_CASE_METHOD(fixture, "what a damaged WAL has lost is reported; a WAL that a crash left is not damaged") {
    const auto number = declare("energy");
    const auto crashed = folder / "crashed";
    {
        store first{folder};
        for (std::uint64_t id = 1; id <= 20; ++id) first.commit(of({{id, batch(number, 1)}}), series);
        std::filesystem::create_directory(crashed); // as a crash leaves it
        for (const auto* name : {"state.db", "state.db-wal"}) std::filesystem::copy_file(folder / name, crashed / name);
    }
    const auto wal = crashed / "state.db-wal";
    const auto size = std::filesystem::file_size(wal);
    SECTION("whole") {
        const store opened{crashed};
        CHECK(opened.notices().empty());
        CHECK(opened.backlogs().at("db").batches == 20);
    }
    SECTION("its last frame was not written whole") {
        std::filesystem::resize_file(wal, size - 100);
        const store opened{crashed};
        CHECK(opened.notices().empty());
        CHECK(opened.backlogs().at("db").batches == 19);
    }
    SECTION("a byte in its middle was changed") {
        std::fstream{wal, std::ios::in | std::ios::out | std::ios::binary}.seekp(static_cast<std::streamoff>(size / 2))
            << '\xa5';
        const store opened{crashed};
        REQUIRE(opened.notices().size() == 1);
        CHECK(opened.notices()[0].find("-wal is damaged: its last ") != std::string::npos);
        CHECK(opened.backlogs().at("db").batches < 20);
    }
}

TEST_CASE_METHOD(fixture, "a state file that was removed while it was in use is made again, with all that it held") {
    store kept{folder};
    const auto number = declare("energy");
    auto what = of({{1, batch(number, 1, "one")}});
    what.nodes.push_back({"a", "17", {{"k", "v"}}});
    kept.commit(what, series);
    SECTION("the file") { std::filesystem::remove(kept.file()); }
    SECTION("it was renamed") { std::filesystem::rename(kept.file(), folder / "elsewhere"); }
    SECTION("its WAL") { std::filesystem::remove(kept.file().string() + "-wal"); }
    SECTION("the folder") { std::filesystem::remove_all(folder); }
    kept.commit(of({{2, batch(number, 2)}}), series);
    CHECK(kept.take_replaced());
    CHECK(kept.notices().back().find("was removed or renamed while it was in use") != std::string::npos);
    CHECK(kept.of("db").batches == 2);
    CHECK_FALSE(refused(folder).empty()); // still one at a time
    const auto crashed = as_after_a_crash(folder);
    {
        const store again{crashed};
        CHECK(again.notices().empty());
        CHECK(again.backlogs().at("db").batches == 2);
        CHECK(again.cursor_of("a") == "17");
    }
    std::filesystem::remove_all(crashed);
    kept.commit(of({{3, batch(number, 3)}}, {1, 2}), series);
    CHECK_FALSE(kept.take_replaced());
    CHECK(kept.of("db").batches == 1);
}

TEST_CASE_METHOD(fixture, "nothing is committed while another file is where the state file was") {
    store kept{folder};
    const auto number = declare("energy");
    kept.commit(of({{1, batch(number, 1)}}), series);
    std::filesystem::copy_file(kept.file(), folder / "backup");
    std::filesystem::rename(folder / "backup", kept.file());
    const auto more = of({{2, batch(number, 2)}});
    for (int i = 0; i < 2; ++i) CHECK_THROWS_WITH(kept.commit(more, series), Catch::Matchers::Contains("another file"));
    std::filesystem::remove(kept.file());
    kept.commit(more, series);
    CHECK(kept.of("db").batches == 2);
    const database look{kept.file(), database::access::read};
    statement all{look, "SELECT count(*) FROM batch"};
    REQUIRE(all.step());
    CHECK(all.integer(0) == 2);
}

TEST_CASE_METHOD(fixture,
                 "a batch that is written and deleted while a backlog is read is not taken for a damaged one") {
    store kept{folder};
    const auto number = declare("energy");
    constexpr std::uint64_t count = 300;
    std::vector<spooled_batch> many;
    for (std::uint64_t id = 1; id <= count; ++id) many.push_back({id, batch(number, 1, std::string(2000, 'x'))});
    kept.commit(of(std::move(many)), series);
    std::thread other{[&] {
        for (std::uint64_t id = 1; id <= count; ++id) kept.commit(of({}, {id}), series);
    }};
    spool_reader reader{kept.file(), "db", pool, series};
    std::size_t read = 0;
    do {
        const auto piece = reader.read(0, count, 1u << 30);
        CHECK(piece.unreadable.empty());
        read = piece.batches.size();
    } while (read != 0);
    other.join();
}

TEST_CASE_METHOD(fixture, "a file that a backlog left large shrinks in small steps") {
    store kept{folder};
    const auto number = declare("energy");
    std::vector<spooled_batch> many;
    std::vector<std::uint64_t> ids;
    for (std::uint64_t id = 1; id <= 400; ++id) {
        many.push_back({id, batch(number, 1, std::string(40'000, 'x'))});
        ids.push_back(id);
    }
    kept.commit(of(std::move(many)), series);
    kept.commit(of({}, ids), series);
    auto before = free_pages_of(kept);
    CHECK(before > 3000); // the commit itself gave nothing back
    int steps = 0;
    for (bool more = true; more; ++steps) {
        more = kept.shrink();
        const auto now = free_pages_of(kept);
        CHECK(before - now <= 512);
        before = now;
    }
    CHECK(steps >= 6);
    CHECK(before <= 256);
    CHECK_FALSE(kept.shrink());
}
