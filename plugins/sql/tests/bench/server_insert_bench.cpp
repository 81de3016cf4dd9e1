// SPDX-License-Identifier: Apache-2.0
// The sink beside bare clients of the same server: rows a second into the keyed schema, each row a new one, in
// transactions of 65,536 rows. The bare ones do an idempotent bulk insert in the ways that the database has for it;
// their rows are in memory, in the order of the key, before the clock starts.
//     RELEVE_PLUGIN_FILE=sql.so server_insert_bench mariadb|postgresql [ROWS [RELEVE]]
// With the program releve, and RELEVE_PLUGINS: the whole pipeline too, from a source that generates each series in
// turn. Prints one line of JSON a way.
#include "tests/server.hpp"

#include <releve/testing/testing.hpp>

#include <libpq-fe.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace releve::sql::tests;

constexpr int series_count = 1000, group_rows = 65'536;

struct row {
    int series;
    long long time;
    double value;
};

/// All series once a minute. A group holds whole minutes, each series together: the order of the key.
std::vector<row> group_of(int number) {
    constexpr int minutes = group_rows / series_count;
    std::vector<row> rows;
    for (int s = 1; s <= series_count; ++s)
        for (int m = 0; m < minutes; ++m)
            rows.push_back({s,
                            1'767'225'600'000'000'000 + (static_cast<long long>(number) * minutes + m) * 60'000'000'000,
                            20 + (s * 7 + m) % 1000 / 100.0});
    return rows;
}

void text_of(std::string& to, const row& of, const char* format) {
    char text[128];
    std::snprintf(text, sizeof text, format, of.series, of.time, of.value);
    to += text;
}

/// "INSERT ... VALUES (...), (...)" with 1,000 rows each.
void values_lists(sql_client& db, const std::vector<row>& rows, const std::string& table, const std::string& end) {
    constexpr std::size_t rows_a_statement = 1000;
    for (std::size_t begin = 0; begin < rows.size(); begin += rows_a_statement) {
        std::string sql = "INSERT INTO ";
        (sql += table) += "(series, time, value, quality) VALUES";
        for (std::size_t i = begin; i < std::min(begin + rows_a_statement, rows.size()); ++i) {
            if (i != begin) sql += ',';
            text_of(sql, rows[i], "(%d,%lld,%.17g,0)");
        }
        db.run(sql += end);
    }
}

void report(const char* way, int rows, double seconds) {
    std::printf("{\"way\": \"%s\", \"rows\": %d, \"rows_per_second\": %.0f}\n", way, rows, rows / seconds);
    std::fflush(stdout);
}

/// The function is given each group; only it is timed.
void measure(const char* way, int groups, const std::function<void(int)>& write) {
    const auto begin = std::chrono::steady_clock::now();
    for (int g = 0; g < groups; ++g) write(g);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    report(way, groups * (group_rows / series_count) * series_count, took.count());
}

void in_transaction(sql_client& db, const std::function<void()>& work) {
    db.run("BEGIN");
    work();
    db.run("COMMIT");
}

/// PostgreSQL's COPY of each group: into a temporary table and from there into the keyed one, or, only for comparison,
/// into a table without a key.
void copy(const std::string& place_name, bool merged, int groups, const std::vector<std::vector<row>>& all) {
    std::string words = "user=postgres password=";
    (words += admin_password) += " host=";
    (words += server::of(engine::postgresql).socket()) += " dbname=";
    auto* connection = PQconnectdb((words += place_name).c_str());
    const auto run = [&](const char* sql) {
        auto* result = PQexec(connection, sql);
        const auto status = PQresultStatus(result);
        PQclear(result);
        if (status == PGRES_FATAL_ERROR) throw std::runtime_error(PQerrorMessage(connection));
    };
    run(merged
            ? "CREATE TEMP TABLE arrived(series BIGINT, time BIGINT, value FLOAT8, quality SMALLINT) ON COMMIT DELETE "
              "ROWS"
            : "CREATE TABLE arrived(series BIGINT, time BIGINT, value FLOAT8, quality SMALLINT)");
    const char* way = merged ? "COPY into a temporary table, INSERT ... SELECT ... ON CONFLICT" : "without a key: COPY";
    measure(way, groups, [&](int g) {
        run("BEGIN");
        run("COPY arrived FROM STDIN");
        std::string lines;
        for (const auto& one : all[static_cast<std::size_t>(g)]) text_of(lines, one, "%d\t%lld\t%.17g\t0\n");
        if (PQputCopyData(connection, lines.data(), static_cast<int>(lines.size())) != 1 ||
            PQputCopyEnd(connection, nullptr) != 1)
            throw std::runtime_error(PQerrorMessage(connection));
        while (auto* result = PQgetResult(connection)) PQclear(result);
        if (merged)
            run("INSERT INTO readings(series, time, value, quality) SELECT * FROM arrived ON CONFLICT(series, time) DO "
                "UPDATE SET value = excluded.value, quality = excluded.quality "
                "WHERE (readings.value, readings.quality) IS DISTINCT FROM (excluded.value, excluded.quality)");
        run("COMMIT");
    });
    PQfinish(connection);
}

/// A new database with the sink's tables.
struct tables {
    explicit tables(engine of)
        : at{of} {
        releve::testing::node n{releve::testing::plugin{}, "sql", at.options()};
        if (!n.start()) throw std::runtime_error("the sink does not start");
    }
    test_database at;
};

void sink(engine of, int groups) {
    using namespace releve::testing;
    const test_database at{of};
    node n{plugin{}, "sql", at.options()};
    upstream from{n, "meter"};
    std::vector<releve::series> series;
    for (int s = 0; s <= series_count; ++s) series.push_back(from.gauge("g" + std::to_string(s), "1"));
    std::vector<records> all;
    for (int g = 0; g < groups; ++g) {
        auto batch = from.batch();
        for (const auto& one : group_of(g))
            batch.add(series[static_cast<std::size_t>(one.series)], one.value, releve::to_time(one.time));
        all.push_back(batch);
    }
    if (!n.start()) throw std::runtime_error("the sink does not start");
    measure("the sink", groups, [&](int g) {
        if (!n.write(all[static_cast<std::size_t>(g)])) throw std::runtime_error("not written");
    });
    if (at.connected().one("SELECT COUNT(*) FROM readings") !=
        std::to_string(groups * (group_rows / series_count) * series_count))
        throw std::runtime_error("rows are missing");
}

/// From the program's start to its end; without a spool, which would outlive it.
void pipeline(engine of, int rows, const std::string& program) {
    const test_database at{of};
    const temporary_folder in;
    const auto file = in / "site.toml";
    std::ofstream{file}
        << "[site]\nname = \"bench\"\ntimezone = \"UTC\"\n[source.s]\ncomponent = \"generate\"\ntotal = " << rows
        << "\nseries = " << series_count << "\n[sink.db]\ncomponent = \"sql\"\ninputs = [\"s\"]\nspool = false\n"
        << at.options();
    std::string command = program;
    (command += " run --log warning ") += file;
    const auto begin = std::chrono::steady_clock::now();
    if (std::system(command.c_str()) != 0) throw std::runtime_error("releve run failed");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (at.connected().one("SELECT COUNT(*) FROM readings") != std::to_string(rows))
        throw std::runtime_error("rows are missing");
    report("the whole pipeline", rows, took.count());
}

} // namespace

int main(int count, char** words) {
    try {
        if (count < 2) throw std::runtime_error("server_insert_bench mariadb|postgresql [ROWS [RELEVE]]");
        const auto of = std::string{words[1]} == "mariadb" ? engine::mariadb : engine::postgresql;
        const int groups = std::max(1, (count > 2 ? std::atoi(words[2]) : 1'000'000) / group_rows);
        std::vector<std::vector<row>> all;
        all.reserve(static_cast<std::size_t>(groups));
        for (int g = 0; g < groups; ++g) all.push_back(group_of(g));
        sink(of, groups);
        const std::string end =
            of == engine::mariadb
                ? " ON DUPLICATE KEY UPDATE value = VALUES(value), text = VALUES(text), quality = VALUES(quality)"
                : " ON CONFLICT(series, time) DO UPDATE SET value = excluded.value, quality = excluded.quality";
        {
            const tables made{of};
            auto db = made.at.connected();
            measure("VALUES lists of 1,000 rows", groups, [&](int g) {
                in_transaction(db, [&] { values_lists(db, all[static_cast<std::size_t>(g)], "readings", end); });
            });
        }
        if (of == engine::postgresql) {
            const tables made{of};
            copy(made.at.name(), true, groups, all);
            copy(made.at.name(), false, groups, all);
        } else {
            const test_database at{of};
            auto db = at.connected();
            db.run("CREATE TABLE plain(series BIGINT, time BIGINT, value DOUBLE, quality SMALLINT)");
            measure("without a key: VALUES lists of 1,000 rows", groups, [&](int g) {
                in_transaction(db, [&] { values_lists(db, all[static_cast<std::size_t>(g)], "plain", ""); });
            });
        }
        sink(of, groups);
        if (count > 3) pipeline(of, groups * (group_rows / series_count) * series_count, words[3]);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
