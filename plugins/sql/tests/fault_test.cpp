// SPDX-License-Identifier: Apache-2.0
// A server, or the way to it, is away for a while: nothing is lost, the failure is described, and a later attempt
// succeeds.
#include "tests/server.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using releve::sql::tests::engine;
using releve::sql::tests::server;
using releve::sql::tests::sql_client;
using releve::sql::tests::test_database;
using namespace std::chrono_literals;

namespace {

struct fixture {
    explicit fixture(const std::string& options)
        : n{plugin{}, "sql", options}
        , from{n, "meter"}
        , power{from.gauge("power", "W")} {}
    records one(double value) { return from.batch().add(power, value, n.now() + std::chrono::seconds{++count}); }
    node n;
    upstream from;
    releve::series power;
    int count = 0;
};

/// One row that another program holds, so that a group of several statements stops in the middle.
struct held_row {
    held_row(const test_database& at, fixture& of)
        : other{at.connected()} {
        REQUIRE(of.n.write(of.from.batch().add(of.power, 1, of.n.now())));
        other.run("BEGIN");
        other.run("UPDATE readings SET value = 7");
    }
    sql_client other;
};

/// A timeout of the sink that is short, because the test awaits it, may be over on a busy machine when the server does
/// answer: then the host tries again.
template <class Attempt>
void succeed(Attempt&& attempt) {
    for (int left = 60; left > 0; --left)
        if (attempt()) return;
    FAIL("no attempt succeeded");
}

} // namespace

TEST_CASE("a lock of another program is waited for, for busy_timeout, and written to afterwards") {
    ON_EACH_SERVER(at);
    fixture f{at.options("timeout = \"2m\"\nbusy_timeout = \"1s\"")};
    REQUIRE(f.n.start());
    held_row held{at, f};
    const auto locked = f.n.write(f.from.batch().add(f.power, 2, f.n.now()));
    CHECK(locked.transient());
    CHECK_THAT(locked.why, ContainsSubstring(at.name()) && ContainsSubstring("is locked by another program"));
    CHECK_THAT(locked.why, !ContainsSubstring("INSERT"));
    CHECK(locked.count(verdict::keep) == 1);
    held.other.run("COMMIT");
    REQUIRE(f.n.write_kept());
    CHECK(held.other.one("SELECT value FROM readings") == "2");
    CHECK(f.n.misbehaviour().empty());
}

TEST_CASE("readers do not block the sink") {
    ON_EACH_DATABASE(at);
    fixture f{at.options()};
    REQUIRE(f.n.start());
    REQUIRE(f.n.write(f.one(1)));
    auto reader = at.connected();
    reader.run("BEGIN");
    CHECK(reader.one("SELECT COUNT(*) FROM readings") == "1");
    REQUIRE(f.n.write(f.one(2)));
    reader.run("COMMIT");
    CHECK(reader.one("SELECT COUNT(*) FROM readings") == "2");
}

TEST_CASE("a server that crashes and restarts is found again, and nothing is lost") {
    ON_EACH_SERVER(at);
    fixture f{at.options()};
    REQUIRE(f.n.start());
    REQUIRE(f.n.write(f.one(1)));
    auto& peer = server::of(at.is());
    peer.kill();
    const auto away = f.n.write(f.one(2));
    CHECK(away.transient());
    CHECK_THAT(away.why, ContainsSubstring(at.name()));
    CHECK(f.n.probe().transient());
    CHECK(f.n.write_kept().transient());
    peer.start();
    REQUIRE(f.n.probe());
    REQUIRE(f.n.write_kept());
    REQUIRE(f.n.write(f.one(3)));
    CHECK(at.connected().rows("SELECT value FROM readings ORDER BY time") == std::vector<std::string>{"1", "2", "3"});
    CHECK(f.n.misbehaviour().empty());
}

TEST_CASE("a server that is down at the start is a transient failure that names it") {
    ON_EACH_SERVER(at);
    auto& peer = server::of(at.is());
    peer.kill();
    fixture f{at.options()};
    const auto started = f.n.start();
    CHECK(started.transient());
    CHECK_THAT(started.why, ContainsSubstring(at.what()) && ContainsSubstring("can't be reached"));
    CHECK_THAT(started.why, !ContainsSubstring("s3'cr"));
    peer.start();
    REQUIRE(f.n.start());
    REQUIRE(f.n.write(f.one(1)));
}

TEST_CASE("a connection that ended while it was idle is replaced without a failure") {
    ON_EACH_SERVER(at);
    fixture f{at.options()};
    REQUIRE(f.n.start());
    REQUIRE(f.n.write(f.one(1)));
    server::of(at.is()).cut();
    REQUIRE(f.n.write(f.one(2)));
    CHECK(at.connected().one("SELECT COUNT(*) FROM readings") == "2");
}

TEST_CASE("a stalled server is given up after timeout, each time, and found when it continues") {
    ON_EACH_SERVER(at);
    fixture f{at.options("timeout = \"2s\"\nbusy_timeout = \"1s\"")};
    succeed([&] { return f.n.start(); });
    auto& peer = server::of(at.is());
    peer.stall();
    const auto stalled = f.n.write(f.one(1));
    const auto again = f.n.write_kept();
    peer.resume();
    CHECK(stalled.transient());
    CHECK(again.transient());
    succeed([&] { return f.n.write_kept(); });
    CHECK(at.connected().one("SELECT COUNT(*) FROM readings") == "1");
}

TEST_CASE("a node that is to stop does not wait for a stalled server until timeout") {
    ON_EACH_SERVER(at);
    fixture f{at.options("timeout = \"1h\"\nbusy_timeout = \"1s\"")};
    REQUIRE(f.n.start());
    auto& peer = server::of(at.is());
    peer.stall();
    f.n.ask_to_stop();
    const auto stalled = f.n.write(f.one(1));
    peer.resume();
    CHECK(stalled.transient());
    CHECK_THAT(stalled.why, ContainsSubstring("the node is to stop"));
}

TEST_CASE("what a series is declared as is in no message, when it can't be written") {
    ON_EACH_SERVER(at);
    fixture f{at.options("timeout = \"2m\"\nbusy_timeout = \"1s\"")};
    REQUIRE(f.n.start());
    auto other = at.connected();
    other.run("BEGIN");
    other.run("INSERT INTO series(name, labels, site, device, quantity, unit, kind, help) "
              "VALUES('power', '{\"device\":\"meter\",\"site\":\"testing\"}', '', '', '', 'W', 'gauge', '')");
    const auto locked = f.n.write(f.one(1));
    other.run("ROLLBACK");
    CHECK(locked.transient());
    CHECK_THAT(locked.why, ContainsSubstring("is locked by another program") && !ContainsSubstring("device"));
    REQUIRE(f.n.write_kept());
}

namespace {

enum class fault { cut, crash, stall };

/// A group whose last row another program holds, and a fault while the sink waits for it. False: the sink's wait was
/// over before (`limits` are too short for this machine), and nothing was tested.
bool test_fault_in_group(fault which, const test_database& at, const std::string& limits) {
    auto& peer = server::of(at.is());
    fixture f{at.options(limits)};
    succeed([&] { return f.n.start(); });
    std::optional<held_row> held{std::in_place, at, f};
    // A new series and a row that nobody holds come first, then the row that is held.
    const auto before = f.from.gauge("new", "1");
    auto group = f.from.batch();
    group.add(before, 1, f.n.now()).add(f.power, 2, f.n.now()).add(f.power, 3, f.n.now() + 1s);
    std::atomic<bool> over = false, in_time = false;
    std::string failure;
    std::thread meanwhile{[&] {
        try {
            if (!peer.await_lock_wait(over)) return;
            if (which == fault::cut) peer.cut();
            if (which == fault::crash) peer.kill();
            if (which == fault::stall) peer.stall();
            in_time = which != fault::stall || !over; // the others end the wait
        } catch (const std::exception& e) {
            failure = e.what();
        }
    }};
    const auto written = f.n.write(group);
    over = true;
    meanwhile.join();
    REQUIRE(failure.empty());
    CHECK(written.transient());
    CHECK(written.count(verdict::keep) == 3);
    peer.resume();
    held.reset(); // its transaction is rolled back
    if (which == fault::crash) peer.ensure();
    if (which == fault::stall) peer.cut(); // what the sink has left is certainly over
    auto db = at.connected();
    CHECK(db.rows("SELECT value FROM readings") == std::vector<std::string>{"1"});
    CHECK(db.one("SELECT COUNT(*) FROM series") == "1");
    succeed([&] { return f.n.write_kept(); });
    CHECK(db.rows("SELECT name, value FROM measurements ORDER BY name, time") ==
          std::vector<std::string>{"new|1", "power|2", "power|3"});
    CHECK(f.n.misbehaviour().empty());
    return in_time;
}

} // namespace

TEST_CASE("cut, crashed or stalled in the middle of a group: it is rolled back whole, and written whole later") {
    const auto which = GENERATE(fault::cut, fault::crash, fault::stall);
    const auto kind = GENERATE(engine::mariadb, engine::postgresql);
    CAPTURE(static_cast<int>(which));
    if (which != fault::stall) {
        const test_database at{kind};
        INFO("on " << at.what());
        REQUIRE(test_fault_in_group(which, at, "timeout = \"5m\"\nbusy_timeout = \"60s\""));
        return;
    }
    // Only a stalled server is waited for until timeout: as short as this machine allows.
    for (int seconds = 2;; seconds *= 2) {
        const test_database at{kind};
        INFO("on " << at.what() << ", " << seconds << " s");
        REQUIRE(seconds <= 64);
        if (test_fault_in_group(which, at,
                                "timeout = \"" + std::to_string(seconds) + "s\"\nbusy_timeout = \"" +
                                    std::to_string(seconds * 1000 - 100) + "ms\""))
            return;
    }
}

TEST_CASE("a wrong password, a missing database and a user without rights are transient failures with a description") {
    ON_EACH_SERVER(at);
    std::string url = "url = \"";
    (url += at.url()) += "\"\n";
    fixture wrong{url + "password = \"n0tthis\""};
    const auto refused = wrong.n.start();
    CHECK(refused.transient());
    CHECK_THAT(refused.why, ContainsSubstring("can't be reached") && ContainsSubstring("releve"));
    CHECK_THAT(refused.why, !ContainsSubstring("n0tthis"));

    fixture right{at.options()};
    REQUIRE(right.n.start());
    REQUIRE(right.n.write(right.one(1)));
    REQUIRE(right.n.stop());
    sql_client admin{at.is(), at.name()};
    // Once the tables exist, the writer needs these rights and no others.
    if (at.is() == engine::mariadb) {
        admin.run("REVOKE ALL ON " + at.name() + ".* FROM releve@localhost");
        admin.run("GRANT SELECT, INSERT, UPDATE ON " + at.name() + ".* TO releve@localhost");
    } else {
        admin.run("REASSIGN OWNED BY releve TO postgres");
        admin.run("GRANT SELECT, INSERT, UPDATE ON series, readings, schema_version TO releve");
    }
    fixture least{at.options()};
    REQUIRE(least.n.start());
    REQUIRE(least.n.write(least.one(2)));
    admin.run(at.by_engine("", ("REVOKE INSERT ON " + at.name() + ".* FROM releve@localhost").c_str(),
                           "REVOKE INSERT ON readings FROM releve"));
    REQUIRE(least.n.stop());
    fixture none{at.options()};
    const auto denied = none.n.write(none.one(3));
    CHECK(denied.transient());
    CHECK_THAT(denied.why, ContainsSubstring("does not have the rights"));
    CHECK(denied.count(verdict::keep) == 1);
}

TEST_CASE("a reader needs SELECT on the views, and can change nothing") {
    ON_EACH_SERVER(at);
    fixture f{at.options()};
    REQUIRE(f.n.start());
    REQUIRE(f.n.write(f.one(1)));
    sql_client admin{at.is(), at.name()};
    const auto reader = at.name() + "_reader";
    if (at.is() == engine::postgresql) {
        admin.run("CREATE ROLE " + reader);
        admin.run("GRANT SELECT ON latest, measurements TO " + reader);
        admin.run("SET ROLE " + reader);
        CHECK(admin.one("SELECT COUNT(*) FROM measurements") == "1");
        CHECK(admin.one("SELECT COUNT(*) FROM latest") == "1");
        CHECK_THROWS_WITH(admin.run("DELETE FROM readings"), ContainsSubstring("permission denied"));
        CHECK_THROWS_WITH(admin.run("DELETE FROM latest"), ContainsSubstring("latest"));
        admin.run("RESET ROLE");
        admin.run("DROP OWNED BY " + reader);
        admin.run("DROP ROLE " + reader);
    } else {
        // A view or a procedure has the rights of its definer.
        const auto user = reader + "@localhost";
        admin.run("CREATE USER " + user);
        admin.run("GRANT SELECT ON " + at.name() + ".latest TO " + user);
        admin.run("GRANT SELECT ON " + at.name() + ".measurements TO " + user);
        const auto as_reader = "CREATE DEFINER = " + user + " SQL SECURITY DEFINER VIEW ";
        admin.run(as_reader + "mine AS SELECT name FROM measurements");
        CHECK(admin.one("SELECT COUNT(*) FROM mine") == "1");
        admin.run("CREATE DEFINER = " + user + " PROCEDURE spoil() DELETE FROM readings");
        CHECK_THROWS_WITH(admin.run("CALL spoil()"), ContainsSubstring("denied"));
        admin.run("DROP USER " + user);
    }
    CHECK(at.connected().one("SELECT COUNT(*) FROM readings") == "1");
}

TEST_CASE("a server that becomes read-only is a transient failure, until it is writable") {
    ON_EACH_SERVER(at);
    fixture f{at.options()};
    REQUIRE(f.n.start());
    REQUIRE(f.n.write(f.one(1)));
    auto& peer = server::of(at.is());
    const auto read_only = [&](bool is) {
        if (at.is() == engine::mariadb) {
            sql_client{engine::mariadb, "mysql"}.run(is ? "SET GLOBAL read_only = 1" : "SET GLOBAL read_only = 0");
        } else {
            sql_client{engine::postgresql, "postgres"}.run(
                "ALTER DATABASE " + at.name() + " SET default_transaction_read_only = " + (is ? "on" : "off"));
            peer.cut(); // it applies to new connections
        }
    };
    read_only(true);
    const auto refused = f.n.write(f.one(2));
    read_only(false);
    CHECK(refused.transient());
    CHECK_THAT(refused.why, ContainsSubstring("read-only"));
    CHECK_THAT(refused.why, !ContainsSubstring("INSERT") && !ContainsSubstring("name="));
    REQUIRE(f.n.write_kept());
    CHECK(at.connected().one("SELECT COUNT(*) FROM readings") == "2");
}

TEST_CASE("a table that somebody dropped is a permanent failure that names it") {
    ON_EACH_SERVER(at);
    fixture f{at.options()};
    REQUIRE(f.n.start());
    at.connected().run(at.by_engine("", "DROP TABLE readings", "DROP TABLE readings CASCADE"));
    const auto written = f.n.write(f.one(1));
    CHECK(written.permanent());
    CHECK_THAT(written.why, ContainsSubstring("readings") && ContainsSubstring("as they should be"));
}
