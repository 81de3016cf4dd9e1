// SPDX-License-Identifier: Apache-2.0
// The content of tables and views; and the queries of the README use the key.
#include "tests/database.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <string>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using releve::sql::tests::engine;
using releve::sql::tests::sql_client;
using releve::sql::tests::test_database;
using namespace std::chrono_literals;

TEST_CASE("a series is stored with its whole description") {
    ON_EACH_DATABASE(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    upstream linky{n, "linky"};
    const auto index = linky.declare({.is = releve::kind::counter,
                                      .name = "active_energy",
                                      .quantity = "active_energy",
                                      .unit = "Wh",
                                      .help = "Energy drawn in this period",
                                      .labels = {{"register", "BASE"}, {"dwelling", "A11"}},
                                      .resolution = 1,
                                      .modulus = 1e9,
                                      .max_rate = 10});
    const auto period = linky.text("tariff_period", {{"say", "l'\u00e9t\u00e9 \"chaud\" \\ \u6f22\n\U0001f4a7"}});
    REQUIRE(n.write(linky.batch().add(index, 1000).add(period, "HP..")));
    auto db = at.connected();
    CHECK(
        db.one(
            "SELECT name, labels, site, device, quantity, unit, kind, resolution, modulus, max_rate, help FROM series "
            "WHERE kind = 'counter'") == "active_energy|{\"device\":\"linky\",\"dwelling\":\"A11\",\"register\":"
                                         "\"BASE\",\"site\":\"testing\"}|testing|linky|"
                                         "active_energy|Wh|counter|1|1000000000|10|Energy drawn in this period");
    CHECK(db.one("SELECT " +
                 at.by_engine("json_extract(labels, '$.say')", "JSON_VALUE(labels, '$.say')", "labels::json->>'say'") +
                 ", unit, resolution, modulus, max_rate FROM series WHERE kind = 'text'") ==
          "l'\u00e9t\u00e9 \"chaud\" \\ \u6f22\n\U0001f4a7||NULL|NULL|NULL");
    CHECK(n.misbehaviour().empty());
}

TEST_CASE(
    "better help and bounds replace the old ones; another unit or kind is refused, since the readings would be of two "
    "kinds") {
    ON_EACH_DATABASE(at);
    const auto declared_as = [&](const releve::series_description& of, double value) {
        node n{plugin{}, "sql", at.options()};
        REQUIRE(n.start());
        upstream meter{n, "meter"};
        auto written = n.write(meter.batch().add(meter.declare(of), value));
        REQUIRE(written);
        return written.answers.at(0);
    };
    using releve::kind;
    CHECK(declared_as({.is = kind::counter, .name = "energy", .unit = "Wh", .help = "old", .resolution = 10}, 1).is ==
          verdict::written);
    CHECK(declared_as({.is = kind::counter, .name = "energy", .unit = "Wh", .help = "new"}, 2).is == verdict::written);
    const auto other_unit = declared_as({.is = kind::counter, .name = "energy", .unit = "J", .help = "x"}, 3);
    CHECK(other_unit.is == verdict::rejected);
    CHECK_THAT(other_unit.why, ContainsSubstring("as a counter in 'Wh', and it is now a counter in 'J'"));
    CHECK(declared_as({.is = kind::gauge, .name = "energy", .unit = "Wh", .help = "x"}, 3).is == verdict::rejected);
    auto db = at.connected();
    CHECK(db.one("SELECT unit, kind, help, resolution FROM series") == "Wh|counter|new|NULL");
    CHECK(db.one("SELECT COUNT(*), MAX(value) FROM readings") == "1|2"); // the same virtual second: replaced
}

TEST_CASE("the views show times, names and qualities as text; latest has one row a series") {
    ON_EACH_DATABASE(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    upstream probe{n, "probe"};
    const auto warm = probe.gauge("temperature", "Cel");
    const auto door = probe.event("door");
    REQUIRE(n.write(probe.batch()
                        .add(warm, 20.5, n.now())
                        .add(warm, 21.5, n.now() + 26h + 250ms, releve::quality::suspect)
                        .add(door, "open since yesterday", n.now() + 1min)));
    auto db = at.connected();
    CHECK(db.rows("SELECT utc, device, name, value, text, unit, quality FROM measurements ORDER BY time") ==
          std::vector<std::string>{"2026-01-01 00:00:00.000|probe|temperature|20.5|NULL|Cel|good",
                                   "2026-01-01 00:01:00.000|probe|door|NULL|open since yesterday||good",
                                   "2026-01-02 02:00:00.250|probe|temperature|21.5|NULL|Cel|suspect"});
    CHECK(db.rows("SELECT name, utc FROM latest ORDER BY name") ==
          std::vector<std::string>{"door|2026-01-01 00:01:00.000", "temperature|2026-01-02 02:00:00.250"});
}

TEST_CASE("names that differ in case, accents or blanks at the end are different series") {
    ON_EACH_DATABASE(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    upstream from{n, "meter"};
    auto batch = from.batch();
    for (const auto* name : {"cafe", "Cafe", "caf\u00e9", "cafe "})
        batch.add(from.gauge("room", "1", {{"name", name}}), 1);
    REQUIRE(n.write(batch));
    CHECK(at.connected().one("SELECT COUNT(*) FROM series") == "4");
    CHECK(at.connected().one("SELECT COUNT(DISTINCT series) FROM readings") == "4");
}

TEST_CASE("the whole span of times is stored and shown") {
    ON_EACH_DATABASE(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    upstream from{n, "meter"};
    const auto power = from.gauge("power", "W");
    REQUIRE(n.write(from.batch()
                        .add(power, 1, releve::to_time(0))
                        .add(power, 2, releve::to_time(5'000'000'000'123'456'789))
                        .add(power, 3, releve::to_time(7'258'118'399'999'999'999))));
    CHECK(at.connected().rows("SELECT time, utc FROM measurements ORDER BY time") ==
          std::vector<std::string>{"0|1970-01-01 00:00:00.000", "5000000000123456789|2128-06-11 08:53:20.123",
                                   "7258118399999999999|2199-12-31 23:59:59.999"});
}

TEST_CASE("SQLite: a query for one series and a span of time uses the key, with or without the hour") {
    const test_database at{engine::sqlite};
    {
        node n{plugin{}, "sql", at.options()};
        REQUIRE(n.start());
    }
    auto db = at.connected();
    const auto plan = [&](const std::string& query) {
        std::string all;
        for (const auto& row : db.rows("EXPLAIN QUERY PLAN " + query)) all += row + "\n";
        return all;
    };
    CHECK_THAT(plan("SELECT value FROM readings WHERE series = 1 AND time >= 2 AND time < 3"),
               ContainsSubstring("(ANY(hour) AND series=? AND time>? AND time<?)"));
    CHECK_THAT(plan("SELECT value FROM readings WHERE hour IN (1, 2) AND series = 1 AND time >= 2 AND time < 3"),
               ContainsSubstring("(hour=? AND series=? AND time>? AND time<?)"));
    CHECK_THAT(plan("SELECT value FROM measurements WHERE name = 'x' AND time >= 2 AND time < 3"),
               ContainsSubstring("series=? AND time>? AND time<?)"));
    CHECK_THAT(plan("SELECT * FROM latest"), !ContainsSubstring("SCAN readings"));
}

TEST_CASE("on a server, queries for one series and a span of time use the key, and the latest too") {
    ON_EACH_SERVER(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    upstream from{n, "meter"};
    auto batch = from.batch();
    for (int s = 0; s < 50; ++s) {
        const auto gauge = from.gauge("g" + std::to_string(s), "1");
        for (int i = 0; i < 200; ++i) batch.add(gauge, i, n.now() + i * 1min);
    }
    REQUIRE(n.write(batch));
    auto db = at.connected();
    db.run(at.by_engine("", "ANALYZE TABLE readings", "ANALYZE readings"));
    const auto plan = [&](const std::string& query) {
        std::string all;
        for (const auto& row : db.rows("EXPLAIN " + query)) (all += row) += '\n';
        return all;
    };
    const auto by_key = at.by_engine("", "readings|range|PRIMARY", "using readings_pkey");
    CHECK_THAT(plan("SELECT value FROM readings WHERE series = 1 AND time >= 2 AND time < 3"),
               ContainsSubstring(by_key));
    CHECK_THAT(plan("SELECT value FROM readings WHERE series = 1 AND hour >= 0 AND time >= 2 AND time < 3"),
               ContainsSubstring(by_key));
    CHECK_THAT(plan("SELECT * FROM latest"), !ContainsSubstring(at.by_engine("", "r|ALL", "Seq Scan on readings")));
}
