// SPDX-License-Identifier: Apache-2.0
// Records that can never be written are rejected one by one, without others.
#include "tests/database.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <limits>
#include <string>
#include <vector>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using releve::sql::tests::engine;
using releve::sql::tests::sql_client;
using releve::sql::tests::test_database;
using namespace std::chrono_literals;

TEST_CASE("each bad record is rejected with its reason, and the good ones are written") {
    ON_EACH_DATABASE(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    upstream from{n, "meter"};
    const auto power = from.gauge("power", "W");
    const auto text = from.text("note");
    const auto t = n.now();
    const auto written = n.write(from.batch()
                                     .add(power, 1, t)
                                     .add(text, "caf\xe9", t)
                                     .add(text, std::string_view{"a\0b", 3}, t)
                                     .add(power, std::numeric_limits<double>::infinity(), t + 1s)
                                     .add(power, 2, releve::to_time(-1))
                                     .add(power, 3, releve::to_time(std::numeric_limits<std::int64_t>::max()))
                                     .add(releve::series{4711}, 4, t)
                                     .add(power, 5, t + 2s));
    REQUIRE(written);
    const auto reason = [&](std::size_t i) { return written.answers.at(i).why; };
    CHECK(written.answers.at(0).is == verdict::written);
    CHECK_THAT(reason(1), ContainsSubstring("UTF-8"));
    CHECK_THAT(reason(2), ContainsSubstring("NUL"));
    CHECK_THAT(reason(3), ContainsSubstring("infinite"));
    CHECK_THAT(reason(4), ContainsSubstring("years 1970 to 2199"));
    CHECK_THAT(reason(5), ContainsSubstring("years 1970 to 2199"));
    CHECK_THAT(reason(6), ContainsSubstring("unknown"));
    CHECK(written.answers.at(7).is == verdict::written);
    CHECK(written.count(verdict::rejected) == 6);
    CHECK(at.connected().rows("SELECT value FROM readings ORDER BY time") == std::vector<std::string>{"1", "5"});
}

TEST_CASE("only the row that a rule in the database refuses is rejected, with the text of the rule") {
    ON_EACH_DATABASE(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    auto db = at.connected();
    db.run(
        at.by_engine("CREATE TRIGGER no_frost BEFORE INSERT ON readings WHEN NEW.value < -50 "
                     "BEGIN SELECT RAISE(ABORT, 'colder than any winter'); END",
                     "CREATE TRIGGER no_frost BEFORE INSERT ON readings FOR EACH ROW IF NEW.value < -50 THEN "
                     "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'colder than any winter'; END IF",
                     "CREATE FUNCTION no_frost() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.value < -50 THEN "
                     "RAISE EXCEPTION 'colder than any winter'; END IF; RETURN NEW; END $$; "
                     "CREATE TRIGGER no_frost BEFORE INSERT ON readings FOR EACH ROW EXECUTE FUNCTION no_frost()"));
    upstream from{n, "probe"};
    const auto t = from.gauge("temperature", "Cel");
    const auto written =
        n.write(std::vector<records>{from.batch().add(t, 20, n.now()).add(t, -85, n.now() + 1s),
                                     from.batch().add(t, 21, n.now() + 2s).add(t, -127, n.now() + 3s)});
    REQUIRE(written);
    CHECK(written.count(verdict::rejected) == 2);
    CHECK_THAT(written.answers.at(1).why, ContainsSubstring("colder than any winter"));
    CHECK(written.answers.at(3).is == verdict::rejected);
    CHECK(db.rows("SELECT value FROM readings ORDER BY time") == std::vector<std::string>{"20", "21"});
}

TEST_CASE("a CHECK, and a column that somebody made smaller, refuse their rows and no others, also when most are bad") {
    ON_EACH_DATABASE(at);
    if (at.is() == engine::sqlite) return; // can't be given a rule later, but by a trigger
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    auto db = at.connected();
    db.run("ALTER TABLE readings ADD CONSTRAINT sane CHECK (value < 1000)");
    db.run(at.by_engine("", "ALTER TABLE readings MODIFY text VARCHAR(10)",
                        "DROP VIEW latest; DROP VIEW measurements; ALTER TABLE readings ALTER text TYPE VARCHAR(10)"));
    upstream from{n, "meter"};
    const auto power = from.gauge("power", "W");
    const auto note = from.text("note");
    auto batch = from.batch();
    for (int i = 0; i < 300; ++i) batch.add(power, i % 3 == 0 ? 100 : 5000, n.now() + i * 1s);
    batch.add(note, "short", n.now()).add(note, "longer than ten", n.now() + 1s);
    const auto written = n.write(batch);
    REQUIRE(written);
    CHECK(written.count(verdict::rejected) == 201);
    CHECK_THAT(written.answers.at(1).why, ContainsSubstring(at.what()) && ContainsSubstring("sane"));
    CHECK(written.answers.at(300).is == verdict::written);
    CHECK(written.answers.at(301).is == verdict::rejected);
    CHECK(db.one("SELECT COUNT(*), COUNT(text) FROM readings") == "101|1");
}

TEST_CASE("of two records for one key, the earlier stays when the later is refused") {
    ON_EACH_SERVER(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    auto db = at.connected();
    db.run("ALTER TABLE readings ADD CONSTRAINT sane CHECK (value < 1000)");
    upstream from{n, "meter"};
    const auto power = from.gauge("power", "W");
    const auto written = n.write(from.batch().add(power, 1, n.now()).add(power, 5000, n.now()));
    REQUIRE(written);
    CHECK(written.count(verdict::rejected) == 1);
    CHECK(db.rows("SELECT value FROM readings") == std::vector<std::string>{"1"});
}

TEST_CASE("only a text that is longer than a MariaDB server accepts is rejected, and the connection stays") {
    const test_database at{engine::mariadb};
    sql_client admin{engine::mariadb, "mysql"};
    admin.run("SET GLOBAL max_allowed_packet = 1048576");
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    admin.run("SET GLOBAL max_allowed_packet = 16777216");
    upstream from{n, "meter"};
    const auto note = from.text("note");
    const std::string fits(900'000, 'x'), too_long(1'048'577, 'x');
    const auto written = n.write(from.batch().add(note, too_long, n.now()).add(note, fits, n.now() + 1s));
    REQUIRE(written);
    CHECK_THAT(written.answers.at(0).why, ContainsSubstring("max_allowed_packet"));
    CHECK(at.connected().rows("SELECT LENGTH(text) FROM readings") == std::vector<std::string>{"900000"});
}

TEST_CASE("a PostgreSQL database that can't hold every text is refused, and not changed") {
    const test_database at{engine::postgresql};
    sql_client admin{engine::postgresql, "postgres"};
    admin.run("DROP DATABASE " + at.name());
    admin.run("CREATE DATABASE " + at.name() + " OWNER releve TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
    node n{plugin{}, "sql", at.options()};
    const auto started = n.start();
    CHECK(started.permanent());
    CHECK_THAT(started.why, ContainsSubstring("has the encoding LATIN1"));
    CHECK(n.probe().permanent());
    CHECK_THROWS(at.connected().run("SELECT * FROM series"));
}

TEST_CASE("a series whose name or labels are too long for a key is rejected, by every database") {
    ON_EACH_DATABASE(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    upstream from{n, "meter"};
    const auto longest = from.gauge("good", "1", {{"note", std::string(1900, 'x')}});
    const auto too_long = from.gauge("bad", "1", {{"note", std::string(2000, 'x')}});
    const auto written = n.write(from.batch().add(longest, 1).add(too_long, 2));
    REQUIRE(written);
    CHECK(written.answers.at(0).is == verdict::written);
    CHECK_THAT(written.answers.at(1).why, ContainsSubstring("labels of more than 2000"));
}

namespace {

/// Refuses negative values: SQLite's rolls the whole transaction back, MariaDB's has an SQLSTATE of its own,
/// PostgreSQL's speaks at the COMMIT only.
void add_harsh_rule(const test_database& at) {
    at.connected().run(at.by_engine(
        "CREATE TRIGGER harsh BEFORE INSERT ON readings WHEN NEW.value < 0 BEGIN SELECT RAISE(ROLLBACK, 'too harsh'); "
        "END",
        "CREATE TRIGGER harsh BEFORE INSERT ON readings FOR EACH ROW IF NEW.value < 0 THEN "
        "SIGNAL SQLSTATE '77001' SET MESSAGE_TEXT = 'too harsh'; END IF",
        "CREATE FUNCTION harsh() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.value < 0 THEN "
        "RAISE EXCEPTION 'too harsh' USING ERRCODE = 'Q0001'; END IF; RETURN NULL; END $$; "
        "CREATE CONSTRAINT TRIGGER harsh AFTER INSERT ON readings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "EXECUTE FUNCTION harsh()"));
}

} // namespace

TEST_CASE(
    "a row that makes the database refuse the whole transaction, also at its COMMIT, is rejected, the others go on") {
    ON_EACH_DATABASE(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    add_harsh_rule(at);
    upstream from{n, "probe"};
    const auto t = from.gauge("temperature", "Cel");
    auto batch = from.batch();
    for (int i = 0; i < 300; ++i) batch.add(t, i == 0 || i == 150 || i == 151 || i == 299 ? -1 : i, n.now() + i * 1s);
    const auto written = n.write(batch);
    REQUIRE(written);
    CHECK(written.count(verdict::rejected) == 4);
    CHECK(written.count(verdict::written) == 296);
    for (const std::size_t i : {0U, 150U, 151U, 299U})
        CHECK_THAT(written.answers.at(i).why, ContainsSubstring("too harsh"));
    CHECK(at.connected().one("SELECT COUNT(*), MIN(value) FROM readings") == "296|1");

    const auto alone = n.write(from.batch().add(t, -5, n.now() + 1h));
    REQUIRE(alone);
    CHECK(alone.count(verdict::rejected) == 1);
    const auto other = from.gauge("humidity", "%"); // its series is new in a transaction that is rolled back
    const auto mixed = n.write(from.batch().add(other, 50, n.now()).add(other, -5, n.now() + 1s));
    REQUIRE(mixed);
    CHECK(mixed.count(verdict::rejected) == 1);
    CHECK(at.connected().rows("SELECT value FROM measurements WHERE name = 'humidity'") ==
          std::vector<std::string>{"50"});
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("a series that a rule in the database refuses costs its own records only") {
    ON_EACH_DATABASE(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    at.connected().run(at.by_engine("CREATE TRIGGER known BEFORE INSERT ON series WHEN NEW.name = 'odd' "
                                    "BEGIN SELECT RAISE(ABORT, 'not in the plan'); END",
                                    "ALTER TABLE series ADD CONSTRAINT not_in_the_plan CHECK (name <> 'odd')",
                                    "ALTER TABLE series ADD CONSTRAINT not_in_the_plan CHECK (name <> 'odd')"));
    upstream from{n, "meter"};
    const auto good = from.gauge("power", "W"), odd = from.gauge("odd", "W");
    const auto written = n.write(
        from.batch().add(good, 1, n.now()).add(odd, 2, n.now()).add(good, 3, n.now() + 1s).add(odd, 4, n.now() + 1s));
    REQUIRE(written);
    CHECK(written.count(verdict::rejected) == 2);
    CHECK_THAT(written.answers.at(1).why, ContainsSubstring("plan"));
    CHECK(at.connected().rows("SELECT name, value FROM measurements ORDER BY time") ==
          std::vector<std::string>{"power|1", "power|3"});
}

namespace {

/// A limit of the MariaDB server for new sessions, until the end of the test.
struct packet_limit {
    explicit packet_limit(int bytes) { set(bytes); }
    ~packet_limit() { set(16'777'216); }
    static void set(int bytes) {
        sql_client{engine::mariadb, "mysql"}.run("SET GLOBAL max_allowed_packet = " + std::to_string(bytes));
    }
};

} // namespace

TEST_CASE("MariaDB: statements are as small as max_allowed_packet, and only a text that does not fit is rejected") {
    const auto bytes = GENERATE(16'384, 99'328, 1'048'576);
    const test_database at{engine::mariadb};
    const packet_limit limit{bytes};
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    upstream from{n, "meter"};
    const auto power = from.gauge("power", "W");
    const auto note = from.text("note", {{"where", std::string(1900, 'x')}});
    auto batch = from.batch();
    for (int i = 0; i < 3000; ++i) batch.add(power, i, n.now() + i * 1s);
    const std::string just_fits(static_cast<std::size_t>(bytes) - 304, 'x');
    for (int i = 0; i < 20; ++i) batch.add(note, std::string(10'000, 'y'), n.now() + i * 1s);
    batch.add(note, just_fits, n.now() + 1min).add(note, just_fits + "xx", n.now() + 2min);
    const auto written = n.write(batch);
    REQUIRE(written);
    CHECK(written.count(verdict::rejected) == 1);
    CHECK_THAT(written.answers.back().why, ContainsSubstring("max_allowed_packet"));
    CHECK(at.connected().one("SELECT COUNT(*), COUNT(text), MAX(LENGTH(text)) FROM readings") ==
          "3021|21|" + std::to_string(just_fits.size()));
}

TEST_CASE("MariaDB: a max_allowed_packet that no description of a series fits into is told at the start") {
    const test_database at{engine::mariadb};
    const packet_limit limit{8192};
    node n{plugin{}, "sql", at.options()};
    const auto started = n.start();
    CHECK(started.permanent());
    CHECK_THAT(started.why, ContainsSubstring("max_allowed_packet of 8192 bytes") && ContainsSubstring("set it to"));
}

TEST_CASE("MariaDB: texts and labels are UTF-8 whatever character set the server prefers") {
    const test_database at{engine::mariadb};
    sql_client admin{engine::mariadb, "mysql"};
    struct preference {
        explicit preference(sql_client& server)
            : of{server} {
            of.run("SET GLOBAL init_connect = 'SET NAMES latin1, completion_type = 2, autocommit = 0'");
        }
        ~preference() { of.run("SET GLOBAL init_connect = ''"); }
        sql_client& of;
    } const other{admin};
    const std::string water = "\u00e9t\u00e9 \u6f22 \U0001f4a7";
    for (int round = 0; round < 2; ++round) { // the second finds the series of the first
        node n{plugin{}, "sql", at.options()};
        REQUIRE(n.start());
        upstream from{n, "meter"};
        const auto note = from.text("note", {{"room", water}});
        REQUIRE(n.write(from.batch().add(note, water, n.now() + round * 1s)));
        REQUIRE(n.write(from.batch().add(note, water, n.now() + round * 1s + 1min)));
    }
    auto db = at.connected();
    CHECK(db.rows("SELECT DISTINCT text, JSON_VALUE(labels, '$.room') FROM measurements") ==
          std::vector<std::string>{water + "|" + water});
    CHECK(db.one("SELECT COUNT(*) FROM series") == "1");
    CHECK(db.one("SELECT COUNT(*) FROM readings") == "4");
}
