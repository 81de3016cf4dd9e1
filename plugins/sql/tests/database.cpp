// SPDX-License-Identifier: Apache-2.0
#include "database.hpp"

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

database::database(const std::string& file) {
    if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
}

database::~database() { sqlite3_close(db_); }

void database::run(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error(sql + ": " + sqlite3_errmsg(db_));
}

std::vector<std::string> database::rows(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
        throw std::runtime_error(sql + ": " + sqlite3_errmsg(db_));
    std::vector<std::string> all;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        std::string row;
        for (int i = 0; i < sqlite3_column_count(statement); ++i) {
            if (i != 0) row += '|';
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
            row += text == nullptr ? "NULL" : text;
        }
        all.push_back(row);
    }
    sqlite3_finalize(statement);
    return all;
}

std::string database::one(const std::string& sql) {
    const auto all = rows(sql);
    if (all.size() != 1) throw std::runtime_error(sql + ": " + std::to_string(all.size()) + " rows");
    return all.front();
}

} // namespace releve::sql::tests
