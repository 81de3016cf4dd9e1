// SPDX-License-Identifier: Apache-2.0
#include "tests/database.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <limits>
#include <string>
#include <vector>

using namespace releve::testing;
using releve::quality;
using releve::sql::tests::sql_client;
using releve::sql::tests::temporary_folder;
using namespace std::chrono_literals;

TEST_CASE("each kind and each quality is stored unchanged") {
    ON_EACH_DATABASE(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    upstream from{n, "meter"};
    const auto gauge = from.gauge("power", "W"), counter = from.counter("active_energy", "Wh"),
               text = from.text("period"), event = from.event("relay"), setting = from.setting("threshold", "W"),
               absent = from.gauge("temperature", "Cel");
    const auto t = n.now();
    const double odd = 0.1 + 0.2;
    REQUIRE(n.write(from.batch()
                        .add(gauge, odd, t, quality::good)
                        .add(counter, 9007199254740992.0, t, quality::suspect)
                        .add(text, "\u00e9t\u00e9 \U0001f4a7", t, quality::estimated)
                        .add(event, "open by hand", t)
                        .add(setting, 6000, t)
                        .add(setting, "automatic", t + 1ns)
                        .add(text, "", t + 1ns)
                        .add(gauge, -0.0, t + 1ns)
                        .absent(absent)));
    auto db = at.connected();
    CHECK(db.rows("SELECT s.name, r.value, r.text, r.quality FROM readings r JOIN series s ON s.id = r.series "
                  "WHERE r.time = 1767225600000000000 ORDER BY s.name") ==
          std::vector<std::string>{"active_energy|9.00719925474099e+15|NULL|1",
                                   "period|NULL|\u00e9t\u00e9 \U0001f4a7|2", "power|0.3|NULL|0",
                                   "relay|NULL|open by hand|0", "temperature|NULL|NULL|3", "threshold|6000|NULL|0"});
    CHECK(db.one("SELECT COUNT(*) FROM readings WHERE value = 9007199254740992e0 OR value = 0.30000000000000004e0") ==
          "2"); // no bit lost
    CHECK(db.rows("SELECT s.name, r.value + 0e0, r.text FROM readings r JOIN series s ON s.id = r.series "
                  "WHERE r.time = 1767225600000000001 ORDER BY s.name") ==
          std::vector<std::string>{"period|NULL|", "power|0|NULL", "threshold|NULL|automatic"});
    CHECK(
        db.one(
            "SELECT COUNT(*) FROM readings WHERE hour * 3600000000000 > time OR (hour + 1) * 3600000000000 <= time") ==
        "0");
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("NaN and an absent record with a value are stored as absent, without a value") {
    ON_EACH_DATABASE(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    upstream from{n, "meter"};
    const auto power = from.gauge("power", "W");
    REQUIRE(n.write(from.batch()
                        .add(power, std::numeric_limits<double>::quiet_NaN(), n.now())
                        .add(power, 12, n.now() + 1s, quality::absent)));
    CHECK(at.connected().rows("SELECT value, quality FROM readings") == std::vector<std::string>{"NULL|3", "NULL|3"});
}

TEST_CASE("the same series and time again replaces: in a batch, in a group, later, and after a restart") {
    ON_EACH_DATABASE(at);
    auto db = at.connected();
    const auto value = [&] { return db.one("SELECT value, text, quality FROM readings"); };
    {
        node n{plugin{}, "sql", at.options()};
        REQUIRE(n.start());
        upstream from{n, "meter"};
        const auto mode = from.setting("mode", "1");
        const auto t = n.now();
        REQUIRE(n.write(from.batch().add(mode, 1, t).add(mode, 2, t)));
        CHECK(value() == "2|NULL|0");
        REQUIRE(n.write(std::vector<records>{from.batch().add(mode, 3, t), from.batch().add(mode, 5, t + 1h),
                                             from.batch().add(mode, 4, t, quality::suspect)}));
        CHECK(db.one("SELECT value, quality FROM readings WHERE value < 5") == "4|1");
        db.run("DELETE FROM readings WHERE value = 5");
        REQUIRE(n.write(from.batch().add(mode, "off", t)));
        CHECK(value() == "NULL|off|0");
        REQUIRE(n.stop());
    }
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    upstream from{n, "meter"};
    const auto mode = from.setting("mode", "1");
    REQUIRE(n.write(from.batch().add(mode, 7, n.now())));
    CHECK(value() == "7|NULL|0");
    CHECK(db.one("SELECT COUNT(*) FROM series") == "1");
}

TEST_CASE("two sites share a database: the same device and name are two series") {
    ON_EACH_DATABASE(at);
    for (const std::string name : {"les-tilleuls", "les-erables"}) {
        node n{plugin{}, "sql", at.options(), {.site = name}};
        REQUIRE(n.start());
        upstream from{n, "linky"};
        REQUIRE(n.write(from.batch().add(from.gauge("power", "W"), 100)));
    }
    {
        node one{plugin{}, "sql", at.options(), {.site = "les-tilleuls"}};
        node two{plugin{}, "sql", at.options(), {.site = "les-erables"}};
        REQUIRE(one.start());
        REQUIRE(two.start());
        upstream from_one{one, "linky"}, from_two{two, "linky"};
        const auto a = from_one.gauge("power", "W"), b = from_two.gauge("power", "W");
        for (int i = 1; i <= 10; ++i) {
            REQUIRE(one.write(from_one.batch().add(a, i, one.now() + i * 1s)));
            REQUIRE(two.write(from_two.batch().add(b, -i, two.now() + i * 1s)));
        }
    }
    auto db = at.connected();
    CHECK(db.rows("SELECT site, COUNT(*), SUM(value) FROM measurements GROUP BY site ORDER BY site") ==
          std::vector<std::string>{"les-erables|11|45", "les-tilleuls|11|155"});
}

TEST_CASE("a large group of several batches, out of order, is one transaction and all there") {
    ON_EACH_DATABASE(at);
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    upstream from{n, "meter"};
    std::vector<releve::series> all;
    for (int i = 0; i < 50; ++i) all.push_back(from.gauge("g" + std::to_string(i), "1"));
    std::vector<records> group;
    for (int step = 99; step >= 0; --step) {
        auto batch = from.batch();
        for (auto s = all.rbegin(); s != all.rend(); ++s) batch.add(*s, step, n.now() + step * 1min);
        group.push_back(batch);
    }
    const auto written = n.write(group);
    REQUIRE(written);
    CHECK(written.count(verdict::written) == 5000);
    auto db = at.connected();
    CHECK(db.one("SELECT COUNT(*), COUNT(DISTINCT series), MIN(value), MAX(value) FROM readings") == "5000|50|0|99");
}

TEST_CASE("a relative path is taken from the pipeline file's folder, and may hold blanks and quotes") {
    const temporary_folder folder;
    node n{plugin{}, "sql", "path = \"l'\u00e9t\u00e9 2026 ; x=y.db\"", {.folder = folder.path}};
    REQUIRE(n.probe());
    REQUIRE(n.start());
    CHECK(std::filesystem::exists(folder / "l'\u00e9t\u00e9 2026 ; x=y.db"));
    REQUIRE(n.probe());
}
