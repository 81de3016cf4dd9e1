// SPDX-License-Identifier: Apache-2.0
// The peer of the sink's figure: a bare sqlite3 program doing the best idempotent bulk insert into the same tables with
// the same durability. Its rows are those of a database that releve wrote (--like), or of a model; they are in memory
// before the clock starts.
//     bare_insert_bench FILE [--like RELEVE.db] [--rows N] [--series N] [--group N] [--synchronous full|normal]
//                            [--cache-kib N] [--order emitted|key]
// Prints one line of JSON.
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct row {
    std::int64_t series = 0, time = 0;
    double value = 0;
    int quality = 0;
};

struct settings {
    std::string file, like, synchronous = "full", order = "key";
    std::int64_t rows = 5'000'000, series = 1000, group = 65'536, cache_kib = 4096;
};

constexpr std::int64_t hour_ns = 3'600'000'000'000, first_ns = 1'767'225'600'000'000'000;

constexpr const char* tables = // as releve makes them
    "CREATE TABLE series(id INTEGER PRIMARY KEY, name TEXT NOT NULL, labels TEXT NOT NULL, UNIQUE(name, labels));"
    "CREATE TABLE readings(hour INTEGER NOT NULL, series INTEGER NOT NULL REFERENCES series(id), time INTEGER NOT "
    "NULL, "
    "value REAL, text TEXT, quality INTEGER NOT NULL, PRIMARY KEY(hour, series, time)) WITHOUT ROWID;";
constexpr const char* upsert =
    "INSERT INTO readings(hour, series, time, value, text, quality) VALUES(?1, ?2, ?3, ?4, NULL, ?5) "
    "ON CONFLICT(hour, series, time) DO UPDATE SET value = excluded.value, text = excluded.text, quality = "
    "excluded.quality";

class database {
public:
    explicit database(const std::string& file) {
        if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) fail();
    }
    database(const database&) = delete;
    database& operator=(const database&) = delete;
    ~database() { sqlite3_close(db_); }
    void run(const std::string& sql) {
        if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
    }
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* made = nullptr;
        if (sqlite3_prepare_v2(db_, sql, -1, &made, nullptr) != SQLITE_OK) fail();
        return made;
    }
    [[noreturn]] void fail() { throw std::runtime_error(sqlite3_errmsg(db_)); }

private:
    sqlite3* db_ = nullptr;
};

/// In the order of emission: by time.
std::vector<row> rows_like(const std::string& file) {
    database db{file};
    auto* statement =
        db.prepare("SELECT series, time, value, quality FROM readings WHERE text IS NULL ORDER BY time, series");
    std::vector<row> all;
    while (sqlite3_step(statement) == SQLITE_ROW)
        all.push_back({sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
                       sqlite3_column_double(statement, 2), sqlite3_column_int(statement, 3)});
    sqlite3_finalize(statement);
    return all;
}

std::vector<row> rows_of_model(const settings& as) {
    std::vector<row> all;
    all.reserve(static_cast<std::size_t>(as.rows));
    for (std::int64_t i = 0; i < as.rows; ++i) {
        const auto series = i % as.series + 1, step = i / as.series;
        all.push_back({series, first_ns + step * 60'000'000'000,
                       series % 2 == 0 ? static_cast<double>(series * 1'000'000 + step * 7)
                                       : 20 + static_cast<double>((series * 31 + step * 7) % 100) / 10,
                       0});
    }
    return all;
}

void insert(database& db, std::vector<row>& all, const settings& as) {
    auto* statement = db.prepare(upsert);
    for (std::size_t at = 0; at < all.size();) {
        const auto end = std::min(all.size(), at + static_cast<std::size_t>(as.group));
        if (as.order == "key")
            std::sort(all.begin() + static_cast<std::ptrdiff_t>(at), all.begin() + static_cast<std::ptrdiff_t>(end),
                      [](const row& a, const row& b) {
                          const auto a_hour = a.time / hour_ns, b_hour = b.time / hour_ns;
                          if (a_hour != b_hour) return a_hour < b_hour;
                          return a.series != b.series ? a.series < b.series : a.time < b.time;
                      });
        db.run("BEGIN IMMEDIATE");
        for (; at < end; ++at) {
            const auto& one = all[at];
            sqlite3_bind_int64(statement, 1, one.time / hour_ns);
            sqlite3_bind_int64(statement, 2, one.series);
            sqlite3_bind_int64(statement, 3, one.time);
            sqlite3_bind_double(statement, 4, one.value);
            sqlite3_bind_int(statement, 5, one.quality);
            if (sqlite3_step(statement) != SQLITE_DONE) db.fail();
            sqlite3_reset(statement);
        }
        db.run("COMMIT");
    }
    sqlite3_finalize(statement);
}

settings read_arguments(int count, char** arguments) {
    settings as;
    if (count < 2) throw std::runtime_error("the first argument is the file to make");
    as.file = arguments[1];
    for (int i = 2; i + 1 < count; i += 2) {
        const std::string_view key = arguments[i];
        const std::string value = arguments[i + 1];
        if (key == "--like")
            as.like = value;
        else if (key == "--rows")
            as.rows = std::atoll(value.c_str());
        else if (key == "--series")
            as.series = std::max(1LL, std::atoll(value.c_str()));
        else if (key == "--group")
            as.group = std::max(1LL, std::atoll(value.c_str()));
        else if (key == "--synchronous")
            as.synchronous = value;
        else if (key == "--cache-kib")
            as.cache_kib = std::atoll(value.c_str());
        else if (key == "--order")
            as.order = value;
        else
            throw std::runtime_error("unknown option " + std::string{key});
    }
    return as;
}

} // namespace

int main(int count, char** arguments) {
    try {
        const auto as = read_arguments(count, arguments);
        for (const auto* end : {"", "-wal", "-shm"}) std::filesystem::remove(as.file + end);
        auto all = as.like.empty() ? rows_of_model(as) : rows_like(as.like);
        const auto begin = std::chrono::steady_clock::now();
        const auto cpu_begin = std::clock();
        {
            database db{as.file};
            db.run("PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 16777216; PRAGMA synchronous = " +
                   as.synchronous + "; PRAGMA cache_size = -" + std::to_string(as.cache_kib));
            db.run(tables);
            insert(db, all, as);
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        const auto cpu = static_cast<double>(std::clock() - cpu_begin) / CLOCKS_PER_SEC;
        std::printf("{\"rows\": %zu, \"seconds\": %.3f, \"cpu_seconds\": %.3f, \"rows_per_second\": %.0f}\n",
                    all.size(), took.count(), cpu, static_cast<double>(all.size()) / took.count());
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bare_insert_bench: %s\n", e.what());
        return 1;
    }
}
