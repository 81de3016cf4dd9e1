// SPDX-License-Identifier: Apache-2.0
// Another program changes the table of series while the sink runs: no reading gets under another name.
#include "tests/server.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <sqlite3.h>

#include <cstdlib>
#include <string>
#include <vector>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using releve::sql::tests::engine;
using releve::sql::tests::server;
using releve::sql::tests::sql_client;
using releve::sql::tests::test_database;
using namespace std::chrono_literals;

namespace {

struct two_meters {
    explicit two_meters(const test_database& at)
        : n{plugin{}, "sql", at.options()}
        , from{n, "meter"}
        , boiler{from.gauge("boiler", "W")}
        , gas{from.gauge("gas", "W")} {}
    records both(double value) {
        const auto t = n.now() + std::chrono::seconds{++count};
        return from.batch().add(gas, -value, t).add(boiler, value, t);
    }
    node n;
    upstream from;
    releve::series boiler, gas;
    int count = 0;
};

/// As another program has it that began with the other series: positive values are the boiler's, negative ones gas.
void exchange_ids(sql_client& db) {
    db.run("UPDATE series SET name = 'x' WHERE name = 'gas'");
    db.run("UPDATE series SET name = 'gas' WHERE name = 'boiler'");
    db.run("UPDATE series SET name = 'boiler' WHERE name = 'x'");
    db.run("UPDATE readings SET value = -value");
}

constexpr auto under_another_name =
    "SELECT COUNT(*) FROM measurements WHERE (name = 'gas' AND value > 0) OR (name = 'boiler' AND value < 0)";

/// SQLite's `.restore`.
void restore(const std::string& from, const std::string& to) {
    sqlite3 *source = nullptr, *target = nullptr;
    REQUIRE(sqlite3_open(from.c_str(), &source) == SQLITE_OK);
    REQUIRE(sqlite3_open(to.c_str(), &target) == SQLITE_OK);
    auto* copy = sqlite3_backup_init(target, "main", source, "main");
    REQUIRE(copy != nullptr);
    CHECK(sqlite3_backup_step(copy, -1) == SQLITE_DONE);
    CHECK(sqlite3_backup_finish(copy) == SQLITE_OK);
    sqlite3_close(source);
    sqlite3_close(target);
}

} // namespace

TEST_CASE("series that another program has renamed, as in a restored backup, are looked up again, which is said once") {
    ON_EACH_DATABASE(at);
    two_meters f{at};
    REQUIRE(f.n.start());
    REQUIRE(f.n.write(f.both(1)));
    CHECK(f.n.logs("series_changed").empty());
    auto db = at.connected();
    exchange_ids(db);
    REQUIRE(f.n.write(f.both(2)));
    REQUIRE(f.n.write(f.both(3)));
    CHECK(f.n.logs("series_changed").size() == 1);
    CHECK(db.one(under_another_name) == "0");
    CHECK(db.one("SELECT COUNT(*) FROM measurements") == "6");
    CHECK(f.n.misbehaviour().empty());
}

TEST_CASE("series that another program has deleted are there again, with ids that no reading has") {
    const bool truncate = GENERATE(false, true);
    ON_EACH_DATABASE(at);
    two_meters f{at};
    REQUIRE(f.n.start());
    REQUIRE(f.n.write(f.from.batch().add(f.boiler, 1, f.n.now()))); // the first id
    REQUIRE(f.n.write(f.both(1)));
    auto db = at.connected();
    db.run(!truncate ? "DELETE FROM series"
                     : at.by_engine("DELETE FROM series", "TRUNCATE series", "TRUNCATE series RESTART IDENTITY"));
    REQUIRE(f.n.write(f.from.batch().add(f.gas, -2, f.n.now() + 1min))); // the first one of the emptied table
    REQUIRE(f.n.write(f.both(3)));
    CHECK(f.n.logs("series_changed").size() >= 1);
    CHECK(db.one(under_another_name) == "0");
    CHECK(db.rows("SELECT name, value FROM measurements ORDER BY name, time") ==
          std::vector<std::string>{"boiler|3", "gas|-3", "gas|-2"});
}

TEST_CASE("a row of series that is deleted before it was used is not missed by those that were used before") {
    ON_EACH_DATABASE(at);
    two_meters f{at};
    REQUIRE(f.n.start());
    REQUIRE(f.n.write(f.both(1)));
    auto db = at.connected();
    db.run("DELETE FROM series WHERE name = 'gas'");
    REQUIRE(f.n.write(f.from.batch().add(f.boiler, 2, f.n.now() + 1min))); // gas is not asked for
    REQUIRE(f.n.write(f.both(3)));
    CHECK(db.rows("SELECT name, value FROM measurements ORDER BY name, time") ==
          std::vector<std::string>{"boiler|1", "boiler|3", "boiler|2", "gas|-3"});
}

TEST_CASE("SQLite: a backup that is restored over the open file, with other ids, is noticed") {
    const test_database at{engine::sqlite}, other{engine::sqlite};
    {
        two_meters first_gas{other};
        REQUIRE(first_gas.n.start());
        REQUIRE(first_gas.n.write(first_gas.from.batch().add(first_gas.gas, -7, first_gas.n.now())));
        REQUIRE(first_gas.n.write(first_gas.both(7)));
    }
    two_meters f{at};
    REQUIRE(f.n.start());
    REQUIRE(f.n.write(f.from.batch().add(f.boiler, 1, f.n.now())));
    REQUIRE(f.n.write(f.both(1)));
    restore(other.file(), at.file());
    REQUIRE(f.n.write(f.both(2)));
    REQUIRE(f.n.write(f.both(3)));
    auto db = at.connected();
    CHECK(db.one(under_another_name) == "0");
    CHECK(db.one("SELECT COUNT(*) FROM readings") == "7");
    CHECK(db.one("SELECT COUNT(*) FROM readings WHERE series NOT IN (SELECT id FROM series)") == "0");
    CHECK(f.n.logs("series_changed").size() == 1);
}

TEST_CASE("PostgreSQL: a dump that is restored with --clean while the sink runs, before a series was there") {
    const test_database at{engine::postgresql};
    two_meters f{at};
    REQUIRE(f.n.start());
    REQUIRE(f.n.write(f.from.batch().add(f.gas, -1, f.n.now())));
    const auto dump = at.file() + ".sql";
    const auto as_admin = [&](const std::string& program) {
        return std::string{"PGPASSWORD="} + releve::sql::tests::admin_password + " " + program + " -h " +
               server::of(engine::postgresql).socket() + " -U postgres ";
    };
    REQUIRE(std::system((as_admin("pg_dump") + "--clean " + at.name() + " > " + dump).c_str()) == 0);
    REQUIRE(f.n.write(f.both(2)));
    REQUIRE(std::system((as_admin("psql") + "-q -o /dev/null -f " + dump + " " + at.name() + " 2>/dev/null").c_str()) ==
            0);
    auto db = at.connected();
    db.run("INSERT INTO series(name, labels, site, device, quantity, unit, kind, help) " // another site's, with the id
           "VALUES('wood', '{}', '', '', '', 'W', 'gauge', '')");
    REQUIRE(f.n.write(f.both(3)));
    CHECK(db.rows("SELECT name, value FROM measurements ORDER BY name, time") ==
          std::vector<std::string>{"boiler|3", "gas|-1", "gas|-3"});
    CHECK(db.one("SELECT COUNT(*) FROM readings WHERE series NOT IN (SELECT id FROM series)") == "0");
    CHECK(f.n.logs("series_changed").size() == 1);
}

TEST_CASE("a reading of a clock that was ahead is not the latest, unless there is no other") {
    ON_EACH_DATABASE(at);
    two_meters f{at};
    REQUIRE(f.n.start());
    const auto ahead = releve::to_time(7'000'000'000'000'000'000); // the year 2191
    REQUIRE(f.n.write(f.from.batch().add(f.boiler, 1, f.n.now()).add(f.boiler, 9, ahead).add(f.gas, -9, ahead)));
    CHECK(at.connected().rows("SELECT name, value FROM latest ORDER BY name") ==
          std::vector<std::string>{"boiler|1", "gas|-9"});
}
