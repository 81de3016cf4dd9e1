// SPDX-License-Identifier: Apache-2.0
#include "database.hpp"
#include "sqlite_dialect.hpp"

#include <releve/failure.hpp>
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <array>
#include <optional>

using Catch::Matchers::ContainsSubstring;
using namespace releve::sql;
using releve::testing::node;
using releve::testing::plugin;
using tests::database;
using tests::temporary_folder;

namespace {

constexpr std::array<std::string_view, 1> first{"CREATE TABLE a(x INTEGER)"};
constexpr std::array<std::string_view, 2> second{"ALTER TABLE a ADD COLUMN y INTEGER", "UPDATE a SET y = x * 2"};
constexpr std::array<std::string_view, 2> broken{"CREATE TABLE b(x INTEGER)", "INSERT INTO no_such_table VALUES(1)"};
constexpr std::array one_step{migration{"a", first}};
constexpr std::array two_steps{migration{"a", first}, migration{"y, twice x", second}};
constexpr std::array broken_step{migration{"a", first}, migration{"breaks", broken}};

/// SQLite with other migrations.
class with_migrations final : public dialect {
public:
    with_migrations(std::string file, std::span<const migration> all)
        : file_{std::move(file)}
        , all_{all} {}
    void probe() override {}
    std::unique_ptr<soci::session> open() override {
        return std::make_unique<soci::session>("sqlite3", "dbname=\"" + file_ + "\"");
    }
    std::span<const migration> migrations() const override { return all_; }
    bool has_table(soci::session& in, const std::string& name) const override {
        int count = 0;
        in << "SELECT COUNT(*) FROM sqlite_schema WHERE name = :name", soci::use(name), soci::into(count);
        return count != 0;
    }
    void begin(soci::session& in) override { in << "BEGIN IMMEDIATE"; }
    std::unique_ptr<bulk_writer> writer(soci::session&) override { return nullptr; }
    void explain(soci::session&, const std::string& error) const override { throw releve::permanent_error(error); }
    std::string where() const override { return file_; }

private:
    std::string file_;
    std::span<const migration> all_;
};

void migrate_with(const std::string& file, std::span<const migration> all) {
    with_migrations of{file, all};
    const auto session = of.open();
    migrate(of, *session);
}

} // namespace

TEST_CASE("a database is brought from any version to the newest, once") {
    const temporary_folder folder;
    const auto file = folder / "a.db";
    migrate_with(file, one_step);
    database db{file};
    CHECK(db.one("SELECT MAX(version) FROM schema_version") == "1");
    db.run("INSERT INTO a VALUES(21)");
    migrate_with(file, two_steps);
    migrate_with(file, two_steps);
    CHECK(db.one("SELECT x, y FROM a") == "21|42");
    CHECK(db.rows("SELECT version, what FROM schema_version ORDER BY version") ==
          std::vector<std::string>{"1|a", "2|y, twice x"});
}

TEST_CASE("a migration that fails in the middle leaves nothing behind") {
    const temporary_folder folder;
    const auto file = folder / "a.db";
    migrate_with(file, one_step);
    CHECK_THROWS_AS(migrate_with(file, broken_step), releve::permanent_error);
    database db{file};
    CHECK(db.one("SELECT MAX(version) FROM schema_version") == "1");
    CHECK(db.rows("SELECT name FROM sqlite_schema WHERE name = 'b'").empty());
    migrate_with(file, two_steps); // and it is not in the way
    CHECK(db.one("SELECT MAX(version) FROM schema_version") == "2");
}

TEST_CASE("a database of a newer releve is refused, and not touched") {
    const temporary_folder folder;
    {
        node n{plugin{}, "sql", "path = \"" + folder / "r.db" + "\""};
        REQUIRE(n.start());
    }
    database db{folder / "r.db"};
    db.run("INSERT INTO schema_version(version, what) VALUES(99, 'from the future')");
    db.run("PRAGMA wal_checkpoint(TRUNCATE)"); // probe looks at the file alone
    node n{plugin{}, "sql", "path = \"" + folder / "r.db" + "\""};
    const auto probed = n.probe();
    CHECK(probed.permanent());
    const auto started = n.start();
    CHECK(started.permanent());
    CHECK_THAT(started.why, ContainsSubstring("r.db has schema version 99, made by a newer releve"));
    CHECK(db.one("SELECT COUNT(*) FROM schema_version") == "2");
}

TEST_CASE("an empty file, and a database with other tables, become ours; one with tables of our names does not") {
    const temporary_folder folder;
    database other{folder / "other.db"};
    other.run("CREATE TABLE weather(day TEXT)");
    node fits{plugin{}, "sql", "path = \"" + folder / "other.db" + "\""};
    REQUIRE(fits.start());
    CHECK(
        other.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('weather', 'series', 'readings')")
            .size() == 3);

    database clashing{folder / "clashing.db"};
    clashing.run("CREATE TABLE readings(day TEXT)");
    node clashes{plugin{}, "sql", "path = \"" + folder / "clashing.db" + "\""};
    const auto started = clashes.start();
    CHECK(started.permanent());
    CHECK_THAT(started.why, ContainsSubstring("readings"));
    CHECK(clashing.rows("SELECT name FROM sqlite_schema WHERE type = 'table'") == std::vector<std::string>{"readings"});
}
