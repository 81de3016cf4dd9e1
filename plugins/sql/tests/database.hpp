// SPDX-License-Identifier: Apache-2.0
// The databases on which the same tests run, and clients of them for the tests: over each one's own client library.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace releve::sql::tests {

class temporary_folder {
public:
    temporary_folder();
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder();
    std::filesystem::path path;
    std::string operator/(const std::string& name) const { return (path / name).string(); }
};

enum class engine { sqlite, mariadb, postgresql };

/// Another program that has the database open.
class sql_client {
public:
    explicit sql_client(const std::string& sqlite_file);
    /// On the tests' server, as its administrator.
    sql_client(engine of, const std::string& name);
    sql_client(const sql_client&) = delete;
    sql_client& operator=(const sql_client&) = delete;
    ~sql_client();
    void run(const std::string& sql) { rows(sql); }
    /// All rows, their columns joined by '|'; NULL is "NULL", a double has 15 digits. Throws std::runtime_error.
    std::vector<std::string> rows(const std::string& sql);
    std::string one(const std::string& sql);

    class driver;

private:
    std::unique_ptr<driver> driver_;
};

/// A new database, which is removed after the test. On a server it belongs to the user "releve", who may do nothing
/// else.
class test_database {
public:
    explicit test_database(engine of);
    test_database(const test_database&) = delete;
    test_database& operator=(const test_database&) = delete;
    ~test_database();
    engine is() const { return is_; }
    const char* what() const;
    /// Those of the sink: where the database is, and `limits`. These are real time on a server, where a busy machine
    /// must not exceed them.
    std::string options(const std::string& limits) const;
    /// With limits that no test reaches.
    std::string options() const;
    std::string url() const; // a server's
    std::string file() const { return folder_ / "r.db"; }
    const std::string& name() const { return name_; }
    sql_client connected() const;
    /// One of three texts, where the databases differ.
    std::string by_engine(const char* sqlite, const char* mariadb, const char* postgresql) const;

private:
    engine is_;
    temporary_folder folder_;
    std::string name_;
};

/// Once for each kind of database: `at` is the test_database.
#define ON_EACH_DATABASE(at)                                                                                           \
    const releve::sql::tests::test_database at{GENERATE(releve::sql::tests::engine::sqlite,                            \
                                                        releve::sql::tests::engine::mariadb,                           \
                                                        releve::sql::tests::engine::postgresql)};                      \
    INFO("on " << (at).what())
#define ON_EACH_SERVER(at)                                                                                             \
    const releve::sql::tests::test_database at{                                                                        \
        GENERATE(releve::sql::tests::engine::mariadb, releve::sql::tests::engine::postgresql)};                        \
    INFO("on " << (at).what())

} // namespace releve::sql::tests
