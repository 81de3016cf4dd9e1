// SPDX-License-Identifier: Apache-2.0
// SQLite: the database is away for a while: nothing is lost, the failure is described, and a later attempt succeeds.
#include "tests/database.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using releve::sql::tests::sql_client;
using releve::sql::tests::temporary_folder;
using namespace std::chrono_literals;

namespace {

std::string path_option(const std::string& file) { return "path = \"" + file + "\""; }

struct fixture {
    explicit fixture(const std::string& file, const std::string& more = "")
        : n{plugin{}, "sql", path_option(file) + "\n" + more}
        , from{n, "meter"}
        , power{from.gauge("power", "W")} {}
    records one(double value) { return from.batch().add(power, value, n.now() + std::chrono::seconds{++count}); }
    node n;
    upstream from;
    releve::series power;
    int count = 0;
};

} // namespace

TEST_CASE("a database that another program locks is waited for, for busy_timeout, and written to afterwards") {
    const temporary_folder folder;
    fixture f{folder / "r.db", "busy_timeout = \"3s\""};
    REQUIRE(f.n.start());
    sql_client other{folder / "r.db"};
    other.run("BEGIN IMMEDIATE");
    const auto before = f.n.steady();
    const auto locked = f.n.write(f.one(1));
    CHECK(locked.transient());
    CHECK_THAT(locked.why, ContainsSubstring("r.db is locked by another program"));
    CHECK(locked.count(verdict::keep) == 1);
    CHECK(f.n.steady() - before >= 3s);
    CHECK(f.n.steady() - before < 4s);
    other.run("COMMIT");
    REQUIRE(f.n.write_kept());
    CHECK(other.one("SELECT COUNT(*) FROM readings") == "1");
    CHECK(f.n.misbehaviour().empty());
}

TEST_CASE("a database that is deleted or moved away is noticed before records are written into it") {
    const temporary_folder folder;
    fixture f{folder / "r.db"};
    REQUIRE(f.n.start());
    REQUIRE(f.n.write(f.one(1)));
    for (const auto* end : {"", "-wal", "-shm"})
        if (std::filesystem::exists(folder / "r.db" + end))
            std::filesystem::rename(folder / "r.db" + end, folder / "old.db" + end);
    const auto gone = f.n.write(f.one(2));
    CHECK(gone.transient());
    CHECK_THAT(gone.why, ContainsSubstring("was moved or deleted"));
    REQUIRE(f.n.write_kept());
    CHECK(sql_client{folder / "old.db"}.rows("SELECT value FROM readings") == std::vector<std::string>{"1"});
    CHECK(sql_client{folder / "r.db"}.rows("SELECT value FROM readings") == std::vector<std::string>{"2"});
}

TEST_CASE("a missing folder, or a file in its place, is a transient failure that names it") {
    const temporary_folder folder;
    fixture f{folder / "later/r.db"};
    CHECK(f.n.probe().transient());
    const auto missing = f.n.start();
    CHECK(missing.transient());
    CHECK_THAT(missing.why, ContainsSubstring("later/r.db can't be opened"));
    std::filesystem::create_directory(folder / "later");
    REQUIRE(f.n.probe());
    REQUIRE(f.n.start());

    std::ofstream{folder / "file"} << "x";
    fixture in_a_file{folder / "file/r.db"};
    CHECK(in_a_file.n.probe().transient());
    CHECK(in_a_file.n.start().transient());
}

TEST_CASE("a file that is not a database is a permanent failure, and not changed") {
    const temporary_folder folder;
    const std::string words(4096, 'x');
    std::ofstream{folder / "letter.txt"} << words;
    fixture f{folder / "letter.txt"};
    const auto started = f.n.start();
    CHECK(started.permanent());
    CHECK_THAT(started.why, ContainsSubstring("is not a SQLite database"));
    CHECK(f.n.probe().permanent());
    CHECK(std::filesystem::file_size(folder / "letter.txt") == words.size());
}

TEST_CASE("a read-only database is a transient failure, until it is writable") {
    const temporary_folder folder;
    { REQUIRE(fixture{folder / "r.db"}.n.start()); }
    const bool root = ::geteuid() == 0; // root may write everywhere: be another user meanwhile
    constexpr uid_t nobody = 65534;
    if (root) {
        REQUIRE(::chown(folder.path.c_str(), nobody, nobody) == 0);
        REQUIRE(::chown((folder / "r.db").c_str(), nobody, nobody) == 0);
        REQUIRE(::setresuid(nobody, nobody, 0) == 0);
    }
    struct back {
        bool root;
        ~back() {
            if (root && ::setresuid(0, 0, 0) != 0) std::abort();
        }
    } const later{root};
    REQUIRE(::chmod((folder / "r.db").c_str(), 0444) == 0);
    fixture f{folder / "r.db"};
    CHECK(f.n.probe().transient());
    const auto refused = f.n.write(f.one(1));
    CHECK(refused.transient());
    CHECK_THAT(refused.why, ContainsSubstring("read-only"));
    REQUIRE(::chmod((folder / "r.db").c_str(), 0644) == 0);
    REQUIRE(f.n.probe());
    REQUIRE(f.n.write_kept());
}

TEST_CASE("a full disk is a transient failure, and the group is written once there is room") {
    const temporary_folder folder;
    if (::mount("none", folder.path.c_str(), "tmpfs", 0, "size=1m") != 0) {
        WARN("skipped: no right to mount a small file system");
        return;
    }
    struct unmount {
        const std::filesystem::path& at;
        ~unmount() { ::umount2(at.c_str(), MNT_DETACH); }
    } const later{folder.path};
    {
        fixture f{folder / "r.db"};
        REQUIRE(f.n.start());
        REQUIRE(f.n.write(f.one(1)));
        {
            std::ofstream filler{folder / "filler"};
            const std::string block(4096, 'x');
            while (filler << block << std::flush) {
            }
        }
        auto batch = f.from.batch();
        for (int i = 0; i < 3000; ++i) batch.add(f.power, i, f.n.now() + std::chrono::minutes{i + 1});
        const auto full = f.n.write(batch);
        CHECK(full.transient());
        CHECK_THAT(full.why, ContainsSubstring("disk"));
        CHECK(full.count(verdict::keep) == 3000);
        std::filesystem::remove(folder / "filler");
        REQUIRE(f.n.write_kept());
    }
    sql_client db{folder / "r.db"};
    CHECK(db.one("SELECT COUNT(*) FROM readings") == "3001");
    CHECK(db.one("PRAGMA integrity_check") == "ok");
}

TEST_CASE("the options set the settings of the file") {
    const temporary_folder folder;
    fixture f{folder / "r.db", "synchronous = \"normal\"\ncache = \"1MiB\""};
    REQUIRE(f.n.start());
    REQUIRE(f.n.stop());
    CHECK(sql_client{folder / "r.db"}.one("PRAGMA journal_mode") == "wal");
    CHECK_FALSE(problems(plugin{}, "sql", path_option("x.db") + "\nsynchronous = \"off\"").empty());
    CHECK_FALSE(problems(plugin{}, "sql", path_option("x.db") + "\ncache = \"1KiB\"").empty());
    CHECK_FALSE(problems(plugin{}, "sql", path_option("x.db") + "\nbusy_timeout = \"2h\"").empty());
}

TEST_CASE("a new file is its owner's and his group's alone, whatever the umask") {
    const temporary_folder folder;
    const auto mask = GENERATE(mode_t{0}, mode_t{022}, mode_t{077});
    const auto before = ::umask(mask);
    fixture f{folder / "r.db"};
    const auto started = f.n.start();
    const auto written = f.n.write(f.one(1));
    ::umask(before);
    REQUIRE(started);
    REQUIRE(written);
    for (const auto* end : {"", "-wal", "-shm"}) {
        struct stat of {};
        REQUIRE(::stat((folder / "r.db" + end).c_str(), &of) == 0);
        CHECK((of.st_mode & 0777U) == 0640);
    }
}

TEST_CASE("a log that grows because a reader keeps a transaction open is said once, and once when that is over") {
    const temporary_folder folder;
    fixture f{folder / "r.db", "synchronous = \"normal\""};
    REQUIRE(f.n.start());
    REQUIRE(f.n.write(f.one(1)));
    const auto note = f.from.text("note");
    auto write_16_megabytes = [&, count = 0]() mutable {
        auto batch = f.from.batch();
        for (int i = 0; i < 16; ++i)
            batch.add(note, std::string(1'000'000, 'x'), f.n.now() + std::chrono::hours{++count});
        REQUIRE(f.n.write(batch));
    };
    for (int i = 0; i < 6; ++i) write_16_megabytes(); // with nobody in the way it stays small
    CHECK(f.n.logs("log_grows").empty());
    sql_client reader{folder / "r.db"};
    reader.run("BEGIN");
    CHECK(reader.one("SELECT COUNT(*) FROM readings") == "97");
    for (int i = 0; i < 6; ++i) write_16_megabytes();
    REQUIRE(f.n.logs("log_grows").size() == 1);
    CHECK_THAT(f.n.logs("log_grows").front().text, ContainsSubstring("r.db-wal has ") && ContainsSubstring(" MiB"));
    CHECK(f.n.logs("log_shrinks").empty());
    reader.run("COMMIT");
    for (int i = 0; i < 4; ++i) REQUIRE(f.n.write(f.one(2)));
    CHECK(f.n.logs("log_shrinks").size() == 1);
    CHECK(f.n.logs("log_grows").size() == 1);
}

TEST_CASE("a database that an earlier version made gets the new tables with its readings, also with views of others") {
    const temporary_folder folder;
    {
        fixture f{folder / "r.db"};
        REQUIRE(f.n.start());
        REQUIRE(f.n.write(f.one(1)));
    }
    sql_client db{folder / "r.db"};
    for (const auto* sql :
         {"DROP VIEW latest", "PRAGMA writable_schema = ON", // as version 1 had it
          "UPDATE sqlite_schema SET sql = replace(sql, 'PRIMARY KEY AUTOINCREMENT', 'PRIMARY KEY') WHERE name = "
          "'series'",
          "PRAGMA writable_schema = RESET", "CREATE VIEW latest AS SELECT 1", "DELETE FROM sqlite_sequence",
          "DELETE FROM schema_version WHERE version = 2", "CREATE VIEW mine AS SELECT name FROM series"})
        db.run(sql);
    fixture f{folder / "r.db"};
    REQUIRE(f.n.start());
    f.count = 1;
    REQUIRE(f.n.write(f.one(2)));
    CHECK(db.rows("SELECT value FROM measurements ORDER BY time") == std::vector<std::string>{"1", "2"});
    CHECK(db.one("SELECT name, value FROM latest") == "power|2");
    CHECK(db.one("SELECT name FROM mine") == "power");
    CHECK(db.rows("PRAGMA foreign_key_check").empty());
    CHECK(db.one("PRAGMA integrity_check") == "ok");
}
