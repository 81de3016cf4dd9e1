// SPDX-License-Identifier: Apache-2.0
#include "tests/database.hpp"

#include "tests/server.hpp"

#include <libpq-fe.h>
#include <mysql.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace releve::sql::tests {

temporary_folder::temporary_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "releve-sql-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = pattern;
}

temporary_folder::~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

class sql_client::driver {
public:
    virtual ~driver() = default;
    virtual std::vector<std::string> rows(const std::string& sql) = 0;
};

namespace {

void put(std::string& row, int column, const char* text, bool is_double) {
    if (column != 0) row += '|';
    if (text == nullptr) {
        row += "NULL";
    } else if (is_double) {
        char digits[32];
        std::snprintf(digits, sizeof digits, "%.15g", std::strtod(text, nullptr));
        row += digits;
    } else {
        row += text;
    }
}

class sqlite_client final : public sql_client::driver {
public:
    explicit sqlite_client(const std::string& file) {
        if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) fail("open");
    }
    ~sqlite_client() override { sqlite3_close(db_); }
    std::vector<std::string> rows(const std::string& sql) override {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) fail(sql);
        std::vector<std::string> all;
        int status = SQLITE_OK;
        while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
            std::string row;
            for (int i = 0; i < sqlite3_column_count(statement); ++i) {
                const bool is_double = sqlite3_column_type(statement, i) == SQLITE_FLOAT;
                put(row, i, reinterpret_cast<const char*>(sqlite3_column_text(statement, i)), is_double);
            }
            all.push_back(row);
        }
        sqlite3_finalize(statement);
        if (status != SQLITE_DONE) fail(sql);
        return all;
    }

private:
    [[noreturn]] void fail(const std::string& at) { throw std::runtime_error(at + ": " + sqlite3_errmsg(db_)); }
    sqlite3* db_ = nullptr;
};

class mariadb_client final : public sql_client::driver {
public:
    explicit mariadb_client(const std::string& name)
        : db_{mysql_init(nullptr)} {
        mysql_options(db_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
        const auto socket = server::of(engine::mariadb).socket();
        if (mysql_real_connect(db_, nullptr, "root", "", name.c_str(), 0, socket.c_str(), 0) == nullptr) {
            const std::string why = mysql_error(db_);
            mysql_close(db_);
            throw std::runtime_error(why);
        }
    }
    ~mariadb_client() override { mysql_close(db_); }
    std::vector<std::string> rows(const std::string& sql) override {
        std::vector<std::string> all;
        if (mysql_query(db_, sql.c_str()) != 0) throw std::runtime_error(sql + ": " + mysql_error(db_));
        auto* result = mysql_store_result(db_);
        if (result == nullptr) return all;
        const auto columns = mysql_num_fields(result);
        const auto* fields = mysql_fetch_fields(result);
        while (auto* cells = mysql_fetch_row(result)) {
            std::string row;
            for (unsigned i = 0; i < columns; ++i)
                put(row, static_cast<int>(i), cells[i], fields[i].type == MYSQL_TYPE_DOUBLE);
            all.push_back(row);
        }
        mysql_free_result(result);
        return all;
    }

private:
    MYSQL* db_;
};

class postgresql_client final : public sql_client::driver {
public:
    explicit postgresql_client(const std::string& name) {
        std::string words = "user=postgres client_encoding=UTF8 password=";
        (words += admin_password) += " host=";
        (words += server::of(engine::postgresql).socket()) += " dbname=";
        db_ = PQconnectdb((words += name).c_str());
        PQsetNoticeProcessor(
            db_, [](void*, const char*) {}, nullptr);
        if (PQstatus(db_) == CONNECTION_OK) return;
        const std::string why = PQerrorMessage(db_);
        PQfinish(db_);
        throw std::runtime_error(why);
    }
    ~postgresql_client() override { PQfinish(db_); }
    std::vector<std::string> rows(const std::string& sql) override {
        auto* result = PQexec(db_, sql.c_str());
        const auto status = PQresultStatus(result);
        std::vector<std::string> all;
        for (int r = 0; r < PQntuples(result); ++r) {
            std::string row;
            for (int i = 0; i < PQnfields(result); ++i) {
                constexpr Oid float8 = 701;
                put(row, i, PQgetisnull(result, r, i) != 0 ? nullptr : PQgetvalue(result, r, i),
                    PQftype(result, i) == float8);
            }
            all.push_back(row);
        }
        PQclear(result);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            throw std::runtime_error(sql + ": " + PQerrorMessage(db_));
        return all;
    }

private:
    PGconn* db_;
};

std::string new_name() {
    static int count = 0;
    return "test_" + std::to_string(++count);
}

} // namespace

sql_client::sql_client(const std::string& sqlite_file)
    : driver_{std::make_unique<sqlite_client>(sqlite_file)} {}

sql_client::sql_client(engine of, const std::string& name) {
    if (of == engine::mariadb)
        driver_ = std::make_unique<mariadb_client>(name);
    else
        driver_ = std::make_unique<postgresql_client>(name);
}

sql_client::~sql_client() = default;

std::vector<std::string> sql_client::rows(const std::string& sql) { return driver_->rows(sql); }

std::string sql_client::one(const std::string& sql) {
    const auto all = rows(sql);
    if (all.size() != 1) throw std::runtime_error(sql + ": " + std::to_string(all.size()) + " rows");
    return all.front();
}

test_database::test_database(engine of)
    : is_{of}
    , name_{new_name()} {
    if (is_ == engine::mariadb) {
        server::of(is_);
        sql_client admin{is_, "mysql"};
        admin.run("CREATE DATABASE " + name_);
        admin.run("GRANT ALL ON " + name_ + ".* TO releve@localhost");
    } else if (is_ == engine::postgresql) {
        server::of(is_);
        sql_client{is_, "postgres"}.run("CREATE DATABASE " + name_ + " OWNER releve");
    }
}

test_database::~test_database() {
    if (is_ != engine::sqlite) server::of(is_).ensure(); // a test that failed may have left it down
    if (is_ == engine::mariadb) sql_client{is_, "mysql"}.run("DROP DATABASE IF EXISTS " + name_);
    if (is_ == engine::postgresql)
        sql_client{is_, "postgres"}.run("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
}

const char* test_database::what() const {
    return is_ == engine::sqlite ? "SQLite" : is_ == engine::mariadb ? "MariaDB" : "PostgreSQL";
}

std::string test_database::url() const {
    return (is_ == engine::mariadb ? "mysql" : "postgresql") + ("://releve@/" + name_) +
           "?socket=" + server::of(is_).socket();
}

std::string test_database::options(const std::string& limits) const {
    if (is_ == engine::sqlite) return "path = \"" + file() + "\"\n" + limits;
    return "url = \"" + url() + "\"\npassword = '''" + user_password + "'''\n" + limits;
}

std::string test_database::options() const {
    return options(is_ == engine::sqlite ? "" : "timeout = \"2m\"\nbusy_timeout = \"60s\"\n");
}

sql_client test_database::connected() const {
    return is_ == engine::sqlite ? sql_client{file()} : sql_client{is_, name_};
}

std::string test_database::by_engine(const char* sqlite, const char* mariadb, const char* postgresql) const {
    return is_ == engine::sqlite ? sqlite : is_ == engine::mariadb ? mariadb : postgresql;
}

} // namespace releve::sql::tests
