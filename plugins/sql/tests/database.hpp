// SPDX-License-Identifier: Apache-2.0
// The databases that the same tests run on, and what the tests look at them with: each one's own client library.
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
class database {
public:
    explicit database(const std::string& sqlite_file);
    /// On the tests' server, as its administrator.
    database(engine of, const std::string& name);
    database(const database&) = delete;
    database& operator=(const database&) = delete;
    ~database();
    void run(const std::string& sql) { rows(sql); }
    /// All rows, their columns joined by '|'; NULL is "NULL", a double has 15 digits. Throws std::runtime_error.
    std::vector<std::string> rows(const std::string& sql);
    std::string one(const std::string& sql);

    class client;

private:
    std::unique_ptr<client> client_;
};

/// A new database, which goes with the test. On a server it belongs to the user "releve", who may do nothing else.
class place {
public:
    explicit place(engine of);
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place();
    engine is() const { return is_; }
    const char* what() const;
    /// Those of the sink.
    std::string options() const;
    std::string url() const; // a server's
    std::string file() const { return folder_ / "r.db"; }
    const std::string& name() const { return name_; }
    database look() const;
    /// One of three texts, for what the databases say each in its own way.
    std::string by_engine(const char* sqlite, const char* mariadb, const char* postgresql) const;

private:
    engine is_;
    temporary_folder folder_;
    std::string name_;
};

/// Once for each kind of database: `at` is the place.
#define ON_EACH_DATABASE(at)                                                                                           \
    const releve::sql::tests::place at{GENERATE(releve::sql::tests::engine::sqlite,                                    \
                                                releve::sql::tests::engine::mariadb,                                   \
                                                releve::sql::tests::engine::postgresql)};                              \
    INFO("on " << (at).what())
#define ON_EACH_SERVER(at)                                                                                             \
    const releve::sql::tests::place at{                                                                                \
        GENERATE(releve::sql::tests::engine::mariadb, releve::sql::tests::engine::postgresql)};                        \
    INFO("on " << (at).what())

} // namespace releve::sql::tests
