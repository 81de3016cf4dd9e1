// SPDX-License-Identifier: Apache-2.0
// What the tests look at the sink's database with: SQLite's own functions, and a folder that goes with the test.
#pragma once
#include <sqlite3.h>

#include <filesystem>
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

/// Another program that has the database open.
class database {
public:
    explicit database(const std::string& file);
    database(const database&) = delete;
    database& operator=(const database&) = delete;
    ~database();
    void run(const std::string& sql);
    /// All rows, their columns joined by '|'; NULL is "NULL". Throws std::runtime_error.
    std::vector<std::string> rows(const std::string& sql);
    std::string one(const std::string& sql);

private:
    sqlite3* db_ = nullptr;
};

} // namespace releve::sql::tests
