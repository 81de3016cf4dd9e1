// SPDX-License-Identifier: Apache-2.0
// RAII for SQLite's connections and statements. Failures throw sqlite_error.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace releve::core {

class sqlite_error : public std::runtime_error {
public:
    sqlite_error(int code, const std::string& what)
        : std::runtime_error(what)
        , code_{code} {}
    /// The file itself is damaged, or is not a SQLite file: trying again does not help.
    bool damaged() const;
    /// There is no room on the disk.
    bool full() const;
    /// The statement is wrong for this file: a table or column is missing.
    bool of_statement() const;

private:
    int code_;
};

class database {
public:
    enum class access { write, read };
    database(const std::filesystem::path& file, access mode);
    ~database();
    database(const database&) = delete;
    database& operator=(const database&) = delete;
    void run(const char* sql);
    sqlite3* handle() const { return handle_; }

private:
    sqlite3* handle_ = nullptr;
};

/// Prepared once. `bind` in order, then `step` until it is false; the next `bind` restarts it.
class statement {
public:
    statement(const database& in, const char* sql);
    ~statement();
    statement(const statement&) = delete;
    statement& operator=(const statement&) = delete;

    statement& bind(std::int64_t value);
    statement& bind(double value);
    statement& bind(std::string_view text);
    statement& bind(std::span<const std::byte> blob); // must live until the statement has been stepped
    statement& bind_null();
    /// A value of another statement's row, with its type.
    statement& bind(const statement& row, int column);
    /// True: there is a row. After false or a failure the statement can be bound again.
    bool step();
    /// For statements without rows.
    void run() { step(); }
    void reset();

    std::int64_t integer(int column) const;
    double number(int column) const;
    std::string_view text(int column) const; // until the next step
    std::span<const std::byte> blob(int column) const;
    bool is_null(int column) const;

private:
    void check(int code) const;
    sqlite3_stmt* handle_ = nullptr;
    int next_ = 1;
};

} // namespace releve::core
