// SPDX-License-Identifier: Apache-2.0
// Records that can never be written are named one by one, and take no others with them.
#include "database.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <limits>
#include <string>
#include <vector>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using releve::sql::tests::database;
using releve::sql::tests::temporary_folder;
using namespace std::chrono_literals;

namespace {
std::string path_option(const std::string& file) { return "path = \"" + file + "\""; }
} // namespace

TEST_CASE("each bad record is rejected with its reason, and the good ones beside it are written") {
    const temporary_folder folder;
    node n{plugin{}, "sql", path_option(folder / "r.db")};
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
    CHECK(database{folder / "r.db"}.rows("SELECT value FROM readings ORDER BY time") ==
          std::vector<std::string>{"1.0", "5.0"});
}

TEST_CASE("a row that a rule in the database refuses is rejected with the rule's words, alone") {
    const temporary_folder folder;
    node n{plugin{}, "sql", path_option(folder / "r.db")};
    REQUIRE(n.start());
    database db{folder / "r.db"};
    db.run("CREATE TRIGGER no_frost BEFORE INSERT ON readings WHEN NEW.value < -50 "
           "BEGIN SELECT RAISE(ABORT, 'colder than any winter'); END");
    upstream from{n, "probe"};
    const auto t = from.gauge("temperature", "Cel");
    const auto written =
        n.write(std::vector<records>{from.batch().add(t, 20, n.now()).add(t, -85, n.now() + 1s),
                                     from.batch().add(t, 21, n.now() + 2s).add(t, -127, n.now() + 3s)});
    REQUIRE(written);
    CHECK(written.count(verdict::rejected) == 2);
    CHECK_THAT(written.answers.at(1).why, ContainsSubstring("colder than any winter"));
    CHECK(written.answers.at(3).is == verdict::rejected);
    CHECK(db.rows("SELECT value FROM readings ORDER BY time") == std::vector<std::string>{"20.0", "21.0"});
}

TEST_CASE("a rule that rolls the transaction back makes the group come again, not vanish") {
    const temporary_folder folder;
    node n{plugin{}, "sql", path_option(folder / "r.db")};
    REQUIRE(n.start());
    database db{folder / "r.db"};
    db.run("CREATE TRIGGER harsh BEFORE INSERT ON readings WHEN NEW.value < 0 BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
    upstream from{n, "probe"};
    const auto t = from.gauge("temperature", "Cel");
    const auto written = n.write(from.batch().add(t, 20, n.now()).add(t, -1, n.now() + 1s));
    CHECK_FALSE(written);
    CHECK(written.count(verdict::keep) == 2);
    CHECK(db.one("SELECT COUNT(*) FROM readings") == "0");
    db.run("DROP TRIGGER harsh");
    const auto again = n.write_kept();
    REQUIRE(again);
    CHECK(db.one("SELECT COUNT(*) FROM readings") == "2");
}
