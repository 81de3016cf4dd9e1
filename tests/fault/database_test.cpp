// SPDX-License-Identifier: Apache-2.0
// The whole program writes to a database that crashes, stands still, is cut off in a transaction, locked and made
// read-only. Its sources go on meanwhile, and at the end each record acknowledged to them is in the database
// once.
#include "integration/program/process.hpp"
#include "tests/server.hpp"

#include <releve/testing/catch.hpp>

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using releve::sql::tests::engine;
using releve::sql::tests::server;
using releve::sql::tests::sql_client;
using releve::sql::tests::test_database;

namespace {

using steady = std::chrono::steady_clock;

/// Waits for something on a disk or in a database, which offer no descriptor to wait on.
template <class F>
void await(const char* what, F&& so) {
    for (const auto end = steady::now() + std::chrono::seconds{180}; !so(); ::poll(nullptr, 0, 10))
        if (steady::now() > end) throw std::runtime_error(std::string{"waited in vain for "} + what);
}

const char* const pipeline = R"([site]
name   = "databases"
state  = "state"
commit = "50ms"
grace  = "120s"

[source.a]
component    = "fault_numbers"
acknowledged = "a"
pause        = "5ms"

[source.b]
component    = "fault_numbers"
acknowledged = "b"
pause        = "5ms"

[transform.sums]
component = "fault_hundreds"
inputs    = ["a"]

[sink.witness]
component = "fault_witness"
path      = "witness"
inputs    = ["*"]

[sink.db]
component = "sql"
inputs    = ["*"]
queue     = { size = "16KiB" }
busy_timeout = "1s"
)";

class site {
public:
    explicit site(const test_database& at, std::map<std::string, std::string> environment = {})
        : at_{at}
        , environment_{std::move(environment)}
        , file_{
              work_.write("site.toml", pipeline + at.options(at.is() == engine::sqlite ? "" : "timeout = \"2s\"\n"))} {
        start();
    }

    std::string file(const std::string& name) const { return work_.file(name); }
    std::int64_t acknowledged(const std::string& source) const {
        const auto text = testbed::read_file(file(source));
        return text.empty() ? 0 : std::stoll(text);
    }

    /// Between `begin` and `end` the sink says that it can't write, while its sources get all acknowledged; `end`
    /// gives back everything. Then the database has all of it.
    void away(const char* what, const std::function<void()>& begin, const std::function<void()>& end) {
        INFO(what);
        const auto losses = program_->count_errors(lost), returns = program_->count_errors(back);
        begin();
        program_->wait_for_error(lost, losses + 1);
        const auto before = acknowledged("a");
        await("sources that go on", [&] { return acknowledged("a") > before + 1000; });
        end();
        caught_up(what);
        program_->wait_for_error(back, returns + 1);
        CHECK(program_->count_errors(lost) == losses + 1);
    }
    /// What the sink may repair without a log line.
    void passing(const char* what, const std::function<void()>& fault) {
        INFO(what);
        fault();
        caught_up(what);
    }

    /// Ends it, and looks everything up.
    void check() {
        for (int runs = 0;; ++runs) {
            program_->signal(SIGTERM);
            const auto ended = program_->wait();
            INFO(ended.err);
            REQUIRE(ended.code == 0);
            if (sql_client{file("state/state.db")}.one("SELECT count(*) FROM batch") == "0") break;
            REQUIRE(runs < 10);
            start();
            const auto before = acknowledged("a");
            await("a source that continues", [&] { return acknowledged("a") > before + 1000; });
        }
        CHECK(testbed::read_file(file("witness")).empty()); // in order, without a gap
        auto db = at_.connected();
        std::int64_t looked_up = 0;
        for (const std::string source : {"a", "b"}) {
            CHECK(testbed::read_file(file(source + ".wrong")).empty());
            const auto safe = acknowledged(source);
            const auto number = std::to_string(safe);
            REQUIRE(safe > 0);
            CHECK(db.one("SELECT COUNT(*), COUNT(DISTINCT value), MAX(value), "
                         "SUM(CASE WHEN value * 1000000000 <> time THEN 1 ELSE 0 END) "
                         "FROM readings JOIN series ON series.id = readings.series "
                         "WHERE name = 'n' AND device = '" +
                         source + "' AND value <= " + number) == number + "|" + number + "|" + number + "|0");
            looked_up += safe;
        }
        const auto sums = db.one("SELECT COUNT(*), SUM(CASE WHEN value <> (time / 1000000000) * 100 - 4950 THEN 1 ELSE "
                                 "0 END) FROM readings JOIN series ON series.id = readings.series WHERE name = 'sum' "
                                 "AND time <= " +
                                 std::to_string(acknowledged("a")) + "000000000");
        CHECK(sums == std::to_string(acknowledged("a") / 100) + "|0");
        std::printf("%s: %d faults; %lld acknowledged records looked up, none lost, none twice; caught up after at "
                    "most %lld ms (%s)\n",
                    at_.what(), faults_, static_cast<long long>(looked_up), static_cast<long long>(slowest_.count()),
                    slowest_is_.c_str());
    }

private:
    static constexpr const char* lost = "lost: can't write";
    static constexpr const char* back = "back after";

    void start() {
        program_ = std::make_unique<testbed::releve_process>(std::vector<std::string>{"run", file_}, environment_);
        program_->wait_for_error("nodes run");
        caught_up("started");
        faults_ -= 1;
    }
    bool has(const std::string& source, std::int64_t number) const {
        try {
            return at_.connected().one(
                       "SELECT COUNT(*) FROM readings JOIN series ON series.id = readings.series WHERE name "
                       "= 'n' AND device = '" +
                       source + "' AND value = " + std::to_string(number)) == "1";
        } catch (const std::runtime_error&) { // its tables are not made yet, or it is locked
            return false;
        }
    }
    void caught_up(const char* what) {
        const auto begun = steady::now();
        await("something acknowledged", [&] { return acknowledged("a") > 0 && acknowledged("b") > 0; });
        for (const auto* source : {"a", "b"}) {
            const auto safe = acknowledged(source);
            await("the database to have it all", [&] { return has(source, safe); });
        }
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(steady::now() - begun);
        if (took > slowest_) slowest_ = took, slowest_is_ = what;
        ++faults_;
    }

    const test_database& at_;
    testbed::folder work_;
    std::map<std::string, std::string> environment_;
    std::string file_;
    std::unique_ptr<testbed::releve_process> program_;
    int faults_ = 0;
    std::chrono::milliseconds slowest_{0};
    std::string slowest_is_;
};

/// Ends the program's connections. It makes new ones at once.
void cut(engine which) {
    if (which == engine::mariadb)
        sql_client{which, "mysql"}.run("KILL USER releve@localhost");
    else
        sql_client{which, "postgres"}.run(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE usename = 'releve'");
}

void faults_of_a_server(engine which) {
    const test_database at{which};
    auto& peer = server::of(which);
    site s{at};
    s.away(
        "killed", [&] { peer.kill(); }, [&] { peer.start(); });
    s.away(
        "stalled", [&] { peer.stall(); }, [&] { peer.resume(); });
    for (int i = 0; i < 3; ++i) s.passing("cut", [&] { cut(which); });
    s.passing("cut in a transaction", [&] {
        auto other = at.connected();
        other.run("BEGIN");
        other.run(which == engine::mariadb
                      ? "SELECT * FROM readings ORDER BY series DESC, time DESC LIMIT 100 FOR UPDATE"
                      : "LOCK TABLE readings IN EXCLUSIVE MODE");
        peer.await_lock_wait();
        cut(which);
    });
    const auto read_only = [&](const std::string& is) {
        if (which == engine::mariadb)
            sql_client{which, "mysql"}.run("SET GLOBAL read_only = " + is);
        else
            sql_client{which, "postgres"}.run("ALTER DATABASE " + at.name() +
                                              " SET default_transaction_read_only = " + is);
        if (which == engine::postgresql && is == "on") cut(which); // it is for new connections
    };
    s.away(
        "read-only", [&] { read_only("on"); }, [&] { read_only("off"); });
    s.check();
}

} // namespace

TEST_CASE("a MariaDB that fails in each way loses nothing that was acknowledged", "[mariadb]") {
    faults_of_a_server(engine::mariadb);
}

TEST_CASE("a PostgreSQL that fails in each way loses nothing that was acknowledged", "[postgresql]") {
    faults_of_a_server(engine::postgresql);
}

TEST_CASE("a SQLite file that is locked, read-only, or on a disk that fails loses nothing that was acknowledged",
          "[sqlite]") {
    const test_database at{engine::sqlite};
    const testbed::folder work;
    const auto control = work.write("fault", "0");
    const auto disk_is = [&](char how) { std::fstream{control, std::ios::in | std::ios::out} << how; };
    site s{at, {{"LD_PRELOAD", RELEVE_BROKEN_DISK}, {"RELEVE_FAULT", control}, {"RELEVE_FAULT_FILES", "/r.db"}}};
    std::optional<sql_client> other;
    s.away(
        "locked by another program",
        [&] {
            other.emplace(at.file()).run("PRAGMA busy_timeout = 120000");
            other->run("BEGIN IMMEDIATE");
        },
        [&] {
            other->run("COMMIT");
            other.reset();
        });
    s.away(
        "read-only", [&] { disk_is('r'); }, [&] { disk_is('0'); });
    s.away(
        "full", [&] { disk_is('w'); }, [&] { disk_is('0'); });
    s.away(
        "its fsync fails", [&] { disk_is('f'); }, [&] { disk_is('0'); });
    s.check();
}
