// SPDX-License-Identifier: Apache-2.0
// In which order should the key of the readings be? Plain sqlite3, no releve: each layout is filled to the full size,
// then the insert is measured at three transaction sizes, and the reads that people make. The numbers are in
// ../README.md.
//     key_order_bench FOLDER [rows=50000000] [series=1000] [cache_kib=16384] [layout=NAME]...
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::int64_t minute_ns = 60'000'000'000, hour_ns = 60 * minute_ns, day_ns = 24 * hour_ns,
                       month_ns = 30 * day_ns;
constexpr std::int64_t first_ns = 1'767'225'600'000'000'000; // 2026-01-01
constexpr std::string_view reading = "series INTEGER NOT NULL, time INTEGER NOT NULL, value REAL, text TEXT, "
                                     "quality INTEGER NOT NULL";

struct layout {
    std::string name, create, key; // the ON CONFLICT target
    std::string where;             // of one series from ?2 to ?3
    bool by_series;                // the key begins with the series
    std::string columns = "series, time, value, quality";
    std::int64_t period_hours = 0;
};

// The key may begin with a period of the time: then only the pages of that period are being written.
layout by_period(const std::string& name, std::int64_t hours) {
    const auto ns = std::to_string(hours * hour_ns);
    return {name,
            "CREATE TABLE r(period INTEGER NOT NULL, " + std::string{reading} +
                ", PRIMARY KEY(period, series, time)) WITHOUT ROWID",
            "period, series, time",
            "period IN (WITH RECURSIVE p(x) AS (VALUES(?2/" + ns + ") UNION ALL SELECT x+1 FROM p WHERE x < ?3/" + ns +
                ") SELECT x FROM p) AND series = ?1 AND time >= ?2 AND time < ?3",
            true,
            "period, series, time, value, quality",
            hours};
}

const std::string month = "series = ?1 AND time >= ?2 AND time < ?3";
const std::vector<layout> layouts = {
    {"series_time", "CREATE TABLE r(" + std::string{reading} + ", PRIMARY KEY(series, time)) WITHOUT ROWID",
     "series, time", month, true},
    by_period("hour_series_time", 1),
    by_period("six_hours_series_time", 6),
    by_period("day_series_time", 24),
    {"time_series", "CREATE TABLE r(" + std::string{reading} + ", PRIMARY KEY(time, series)) WITHOUT ROWID",
     "time, series", month, false},
    {"time_series_and_index",
     "CREATE TABLE r(" + std::string{reading} +
         ", PRIMARY KEY(time, series)) WITHOUT ROWID; CREATE INDEX by_series ON r(series, time)",
     "time, series", month, false},
    {"rowid_and_unique_index", "CREATE TABLE r(" + std::string{reading} + ", UNIQUE(series, time))", "series, time",
     month, true},
    {"series_time_no_text",
     "CREATE TABLE r(series INTEGER NOT NULL, time INTEGER NOT NULL, value REAL, quality INTEGER NOT NULL, "
     "PRIMARY KEY(series, time)) WITHOUT ROWID",
     "series, time", month, true},
};

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Bytes that this process handed to the kernel for storage.
std::int64_t written_bytes() {
    std::FILE* io = std::fopen("/proc/self/io", "re");
    if (io == nullptr) return 0;
    char line[128];
    long long bytes = 0;
    while (std::fgets(line, sizeof line, io) != nullptr)
        if (std::sscanf(line, "wchar: %lld", &bytes) == 1) break;
    std::fclose(io);
    return bytes;
}

class database {
public:
    explicit database(std::string path, int cache_kib)
        : path_{std::move(path)} {
        if (sqlite3_open(path_.c_str(), &db_) != SQLITE_OK) fail();
        run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-" + std::to_string(cache_kib));
    }
    database(const database&) = delete;
    database& operator=(const database&) = delete;
    ~database() { sqlite3_close(db_); }
    void run(const std::string& sql) {
        if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
    }
    sqlite3_stmt* prepare(const std::string& sql) {
        sqlite3_stmt* made = nullptr;
        if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &made, nullptr) != SQLITE_OK) fail();
        return made;
    }
    [[noreturn]] void fail() { throw std::runtime_error(sqlite3_errmsg(db_)); }

private:
    std::string path_;
    sqlite3* db_ = nullptr;
};

double value_of(std::int64_t series, std::int64_t step) {
    return series % 2 == 0 ? static_cast<double>(1'000'000 * series + step * 7)             // an index, Wh
                           : 20 + static_cast<double>((series * 31 + step * 7) % 100) / 10; // a temperature
}

/// Writes `steps` steps of all series from `step` on in one transaction, in the order of the key.
void insert(database& db, sqlite3_stmt* statement, const layout& as, std::int64_t series, std::int64_t step,
            std::int64_t steps) {
    const auto one = [&](std::int64_t s, std::int64_t t) {
        const auto time = first_ns + t * minute_ns;
        int at = 1;
        if (as.period_hours != 0) sqlite3_bind_int64(statement, at++, time / (as.period_hours * hour_ns));
        sqlite3_bind_int64(statement, at++, s);
        sqlite3_bind_int64(statement, at++, time);
        sqlite3_bind_double(statement, at++, value_of(s, t));
        sqlite3_bind_int(statement, at, 0);
        if (sqlite3_step(statement) != SQLITE_DONE) db.fail();
        sqlite3_reset(statement);
    };
    db.run("BEGIN IMMEDIATE");
    if (as.by_series)
        for (std::int64_t s = 1; s <= series; ++s)
            for (auto t = step; t < step + steps; ++t) one(s, t);
    else
        for (auto t = step; t < step + steps; ++t)
            for (std::int64_t s = 1; s <= series; ++s) one(s, t);
    db.run("COMMIT");
}

/// Milliseconds that the query takes, and its rows.
std::pair<double, std::int64_t> query(database& db, const std::string& sql, const std::vector<std::int64_t>& values) {
    auto* statement = db.prepare(sql);
    for (std::size_t i = 0; i < values.size(); ++i) sqlite3_bind_int64(statement, static_cast<int>(i) + 1, values[i]);
    const auto begin = seconds();
    std::int64_t rows = 0;
    double sum = 0;
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
        ++rows;
        sum += sqlite3_column_double(statement, 0);
    }
    const auto took = (seconds() - begin) * 1000;
    sqlite3_finalize(statement);
    if (status != SQLITE_DONE || sum < 0) db.fail();
    return {took, rows};
}

void forget_cached_pages(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    ::fsync(fd);
    ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    ::close(fd);
}

void measure(const layout& as, const std::string& folder, std::int64_t rows, std::int64_t series, int cache_kib) {
    const auto path = folder + "/key_order_" + as.name + ".db";
    const auto remove = [&] {
        for (const auto* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
    };
    remove();
    std::int64_t step = 0;
    const auto steps = rows / series;
    {
        database db{path, cache_kib};
        db.run(as.create);
        std::string marks = "?";
        for (const char c : as.columns)
            if (c == ',') marks += ",?";
        auto* statement = db.prepare("INSERT INTO r(" + as.columns + ") VALUES(" + marks + ") ON CONFLICT(" + as.key +
                                     ") DO UPDATE SET value=excluded.value, quality=excluded.quality");
        // Filled as a site would, only in larger transactions; what is measured comes at full size.
        auto begin = seconds();
        for (; step < steps; step += 100) insert(db, statement, as, series, step, 100);
        std::printf("%-24s cache %6d KiB  filled %lld rows in %.0f s\n", as.name.c_str(), cache_kib,
                    static_cast<long long>(rows), seconds() - begin);
        for (const std::int64_t in_one : {1, 10, 100}) {
            const auto count = in_one == 1 ? 200 : 1000;
            const auto bytes = written_bytes();
            begin = seconds();
            for (const auto end = step + count; step < end; step += in_one)
                insert(db, statement, as, series, step, in_one);
            const auto took = seconds() - begin;
            const auto inserted = static_cast<double>(count * series);
            std::printf("  insert, %6lld rows a transaction: %9.0f rows/s  %6.0f bytes written a row\n",
                        static_cast<long long>(in_one * series), inserted / took,
                        static_cast<double>(written_bytes() - bytes) / inserted);
            std::fflush(stdout);
        }
        sqlite3_finalize(statement);
        db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    std::printf("  file: %.1f bytes a row\n",
                static_cast<double>(std::filesystem::file_size(path)) / static_cast<double>(step * series));
    const auto end = first_ns + steps * minute_ns, begin = end - month_ns;
    const std::string one_series = "SELECT value, time, quality FROM r WHERE " + as.where + " ORDER BY time";
    forget_cached_pages(path);
    {
        database db{path, cache_kib};
        const auto [cold, count] = query(db, one_series, {series / 2, begin, end});
        const auto [warm, again] = query(db, one_series, {series / 2, begin, end});
        std::printf("  one series, one month (%lld rows): cold %.1f ms, warm %.1f ms%s\n",
                    static_cast<long long>(count), cold, warm, count == again ? "" : " (!)");
    }
    forget_cached_pages(path);
    {
        database db{path, cache_kib};
        const auto [day, count] = query(db, one_series, {series / 3, end - day_ns, end});
        std::printf("  one series, one day (%lld rows): cold %.1f ms\n", static_cast<long long>(count), day);
    }
    std::fflush(stdout);
    remove();
}

} // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        std::fprintf(stderr, "usage: key_order_bench FOLDER [rows=N] [series=N] [cache_kib=N] [layout=NAME]...\n");
        return 2;
    }
    std::int64_t rows = 50'000'000, series = 1000, cache_kib = 16384;
    std::vector<std::string> chosen;
    for (int i = 2; i < count; ++i) {
        const std::string_view word = arguments[i];
        const auto value = word.substr(word.find('=') + 1);
        const std::string text{value};
        if (word.starts_with("rows=")) rows = std::atoll(text.c_str());
        if (word.starts_with("series=")) series = std::atoll(text.c_str());
        if (word.starts_with("cache_kib=")) cache_kib = std::atoll(text.c_str());
        if (word.starts_with("layout=")) chosen.push_back(text);
    }
    try {
        for (const auto& one : layouts) {
            bool selected = chosen.empty();
            for (const auto& name : chosen) selected = selected || name == one.name;
            if (selected) measure(one, arguments[1], rows, series, static_cast<int>(cache_kib));
        }
    } catch (const std::exception& e) {
        std::fprintf(stderr, "key_order_bench: %s\n", e.what());
        return 1;
    }
}
