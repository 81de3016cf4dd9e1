// SPDX-License-Identifier: Apache-2.0
// The process is killed in the middle of a transaction, and the next one finds whole groups only.
#include "tests/server.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

using namespace releve::testing;
using releve::sql::tests::engine;
using releve::sql::tests::server;

namespace {

constexpr int series_count = 200;

std::vector<releve::series> declare(upstream& from) {
    std::vector<releve::series> all;
    for (int i = 0; i < series_count; ++i) all.push_back(from.gauge("g" + std::to_string(i), "1"));
    return all;
}

records step(const upstream& from, const std::vector<releve::series>& all, releve::time_point start, int number) {
    auto batch = from.batch();
    for (const auto s : all) batch.add(s, number, start + std::chrono::seconds{number});
    return batch;
}

/// Writes groups until it is killed.
[[noreturn]] void write_until_killed(const std::string& options, int progress) {
    node n{plugin{}, "sql", options};
    if (!n.start()) ::_exit(1);
    upstream from{n, "meter"};
    const auto all = declare(from);
    for (int number = 0;; ++number) {
        if (!n.write(step(from, all, n.now(), number))) ::_exit(1);
        const char done = 'x';
        if (::write(progress, &done, 1) != 1) ::_exit(1);
    }
}

} // namespace

TEST_CASE(
    "killed at any moment, the database has whole groups, none that was answered is missing, and work continues") {
    ON_EACH_DATABASE(at);
    for (int round = 0; round < 5; ++round) {
        int progress[2];
        REQUIRE(::pipe(progress) == 0);
        const auto child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            ::close(progress[0]);
            write_until_killed(at.options(), progress[1]);
        }
        ::close(progress[1]);
        int answered = 0;
        char bytes[64];
        const int kill_after = 3 + round * 7;
        while (answered < kill_after) {
            const auto got = ::read(progress[0], bytes, sizeof bytes);
            REQUIRE(got > 0);
            answered += static_cast<int>(got);
        }
        ::kill(child, SIGKILL);
        for (ssize_t got = 0; (got = ::read(progress[0], bytes, sizeof bytes)) > 0;) answered += static_cast<int>(got);
        ::close(progress[0]);
        ::waitpid(child, nullptr, 0);

        if (at.is() != engine::sqlite) server::of(at.is()).cut(); // it may still execute what it has received
        auto db = at.connected();
        if (at.is() == engine::sqlite) CHECK(db.one("PRAGMA integrity_check") == "ok");
        CHECK(db.rows("SELECT time FROM readings GROUP BY time HAVING COUNT(*) <> " + std::to_string(series_count))
                  .empty());
        CHECK(std::stoi(db.one("SELECT COUNT(DISTINCT time) FROM readings")) >= answered);
        db.run("DELETE FROM readings");
    }
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    upstream from{n, "meter"};
    REQUIRE(n.write(step(from, declare(from), n.now(), 1)));
    CHECK(at.connected().one("SELECT COUNT(*) FROM series") == std::to_string(series_count));
}
