// SPDX-License-Identifier: Apache-2.0
#include "mysql/dialect.hpp"
#include "postgresql/dialect.hpp"
#include "tests/server.hpp"

#include <soci/soci.h>

#include <releve/failure.hpp>
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <array>
#include <optional>

using Catch::Matchers::ContainsSubstring;
using namespace releve::sql;
using releve::testing::node;
using releve::testing::plugin;
using namespace std::chrono_literals;

namespace {

constexpr std::array<std::string_view, 1> first{"CREATE TABLE a(x INTEGER)"};
constexpr std::array<std::string_view, 2> second{"ALTER TABLE a ADD COLUMN y INTEGER", "UPDATE a SET y = x * 2"};
constexpr std::array<std::string_view, 2> broken{"CREATE TABLE b(x INTEGER)", "INSERT INTO no_such_table VALUES(1)"};
constexpr std::array one_step{migration{"a", first}};
constexpr std::array two_steps{migration{"a", first}, migration{"y, twice x", second}};
constexpr std::array broken_step{migration{"a", first}, migration{"breaks", broken}};

/// The part of SQLite's dialect that migrations use.
class sqlite_file final : public dialect {
public:
    explicit sqlite_file(std::string file)
        : file_{std::move(file)} {}
    void probe() override {}
    std::unique_ptr<soci::session> open() override {
        return std::make_unique<soci::session>("sqlite3", "dbname=\"" + file_ + "\"");
    }
    std::span<const migration> migrations() const override { return {}; }
    bool has_table(soci::session& in, const std::string& name) const override {
        int count = 0;
        in << "SELECT COUNT(*) FROM sqlite_schema WHERE name = :name", soci::use(name), soci::into(count);
        return count != 0;
    }
    void begin(soci::session& in) override { in << "BEGIN IMMEDIATE"; }
    std::unique_ptr<bulk_writer> writer(soci::session&) override { return nullptr; }
    std::optional<std::string> content_refusal(soci::session&, const soci::soci_error&) const override { return {}; }
    void explain(soci::session&, const soci::soci_error& e) const override { throw releve::permanent_error(e.what()); }
    std::string where() const override { return file_; }

private:
    std::string file_;
};

std::unique_ptr<dialect> dialect_of(const tests::test_database& at) {
    if (at.is() == tests::engine::sqlite) return std::make_unique<sqlite_file>(at.file());
    const server_settings settings{
        .at = server_of(at.url()), .password = tests::user_password, .timeout = 2min, .lock_wait = 1min};
    if (at.is() == tests::engine::mariadb) return std::make_unique<mysql_dialect>(settings);
    return std::make_unique<postgresql_dialect>(settings);
}

/// A database with other migrations.
class with_migrations final : public dialect {
public:
    with_migrations(std::unique_ptr<dialect> real, std::span<const migration> all)
        : real_{std::move(real)}
        , all_{all} {}
    void probe() override { real_->probe(); }
    std::unique_ptr<soci::session> open() override { return real_->open(); }
    std::span<const migration> migrations() const override { return all_; }
    bool has_table(soci::session& in, const std::string& name) const override { return real_->has_table(in, name); }
    void begin(soci::session& in) override { real_->begin(in); }
    std::unique_ptr<bulk_writer> writer(soci::session&) override { return nullptr; }
    std::optional<std::string> content_refusal(soci::session& in, const soci::soci_error& e) const override {
        return real_->content_refusal(in, e);
    }
    void explain(soci::session& in, const soci::soci_error& e) const override { real_->explain(in, e); }
    std::string where() const override { return real_->where(); }

private:
    std::unique_ptr<dialect> real_;
    std::span<const migration> all_;
};

void migrate_with(const tests::test_database& at, std::span<const migration> all) {
    with_migrations of{dialect_of(at), all};
    const auto session = of.open();
    migrate(of, *session);
}

} // namespace

TEST_CASE("a database is migrated from any version to the newest, once") {
    ON_EACH_DATABASE(at);
    migrate_with(at, one_step);
    auto db = at.connected();
    CHECK(db.one("SELECT MAX(version) FROM schema_version") == "1");
    db.run("INSERT INTO a VALUES(21)");
    migrate_with(at, two_steps);
    migrate_with(at, two_steps);
    CHECK(db.one("SELECT x, y FROM a") == "21|42");
    CHECK(db.rows("SELECT version, what FROM schema_version ORDER BY version") ==
          std::vector<std::string>{"1|a", "2|y, twice x"});
}

TEST_CASE("a migration that fails in the middle leaves nothing behind") {
    ON_EACH_DATABASE(at);
    migrate_with(at, one_step);
    CHECK_THROWS_AS(migrate_with(at, broken_step), releve::permanent_error);
    auto db = at.connected();
    CHECK(db.one("SELECT MAX(version) FROM schema_version") == "1");
    if (at.is() == tests::engine::mariadb) {
        db.run("DROP TABLE b"); // its CREATE TABLE can't be undone: its migrations can be repeated
    } else {
        CHECK_THROWS(db.run("SELECT * FROM b"));
    }
    migrate_with(at, two_steps); // and it is not in the way
    CHECK(db.one("SELECT MAX(version) FROM schema_version") == "2");
}

TEST_CASE("a database of a newer releve is refused, and not changed") {
    ON_EACH_DATABASE(at);
    {
        node n{plugin{}, "sql", at.options()};
        REQUIRE(n.start());
    }
    auto db = at.connected();
    db.run("INSERT INTO schema_version(version, what) VALUES(99, 'from the future')");
    if (at.is() == tests::engine::sqlite) db.run("PRAGMA wal_checkpoint(TRUNCATE)"); // probe reads the file alone
    node n{plugin{}, "sql", at.options()};
    const auto probed = n.probe();
    CHECK(probed.permanent());
    const auto started = n.start();
    CHECK(started.permanent());
    CHECK_THAT(started.why, ContainsSubstring(at.is() == tests::engine::sqlite ? "r.db" : at.name()) &&
                                ContainsSubstring("has schema version 99, made by a newer releve"));
    CHECK(db.one("SELECT COUNT(*) FROM schema_version") == "3");
}

TEST_CASE("a database with other tables gets releve's; one with tables of the same names is refused, and not changed") {
    const auto name = GENERATE(std::string{"readings"}, "series");
    ON_EACH_DATABASE(at);
    auto db = at.connected();
    db.run("CREATE TABLE " + name + "(day VARCHAR(10))");
    {
        node clashes{plugin{}, "sql", at.options()};
        const auto started = clashes.start();
        CHECK(started.permanent());
        CHECK_THAT(started.why, ContainsSubstring("table '" + name + "' that releve did not make"));
    }
    CHECK_THROWS(db.run("SELECT * FROM schema_version"));
    db.run("ALTER TABLE " + name + " RENAME TO weather");
    node fits{plugin{}, "sql", at.options()};
    REQUIRE(fits.start());
    CHECK(db.one("SELECT COUNT(*) FROM readings") == "0");
    CHECK(db.one("SELECT COUNT(*) FROM weather") == "0");
}

TEST_CASE("MariaDB: a migration that stopped half-way is finished later") {
    const tests::test_database at{tests::engine::mariadb};
    auto db = at.connected();
    {
        node n{plugin{}, "sql", at.options()};
        REQUIRE(n.start());
    }
    db.run("DELETE FROM schema_version");
    db.run("DROP VIEW latest");
    node n{plugin{}, "sql", at.options()};
    REQUIRE(n.start());
    CHECK(db.one("SELECT MAX(version) FROM schema_version") == "2");
    CHECK(db.one("SELECT COUNT(*) FROM latest") == "0");
}
