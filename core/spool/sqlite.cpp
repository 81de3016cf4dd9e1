// SPDX-License-Identifier: Apache-2.0
#include "sqlite.hpp"

#include <sqlite3.h>

namespace releve::core {

namespace {

/// How long a connection waits for another one of this host, or for a tool that reads the file.
constexpr int busy_ms = 5000;

[[noreturn]] void fail(sqlite3* in, int code) {
    const char* why = in == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(in);
    throw sqlite_error(code, std::string{why} + " (SQLite error " + std::to_string(code) + ")");
}

} // namespace

bool sqlite_error::damaged() const { return (code_ & 0xff) == SQLITE_CORRUPT || (code_ & 0xff) == SQLITE_NOTADB; }

bool sqlite_error::full() const { return (code_ & 0xff) == SQLITE_FULL; }

bool sqlite_error::of_statement() const { return (code_ & 0xff) == SQLITE_ERROR; }

database::database(const std::filesystem::path& file, access mode) {
    const int flags = mode == access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
    const int code = sqlite3_open_v2(file.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) {
        const std::string why = sqlite3_errmsg(handle_);
        sqlite3_close(handle_);
        throw sqlite_error(code, why);
    }
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, busy_ms);
    if (mode == access::read) run("PRAGMA query_only = 1");
}

database::~database() { sqlite3_close(handle_); }

void database::run(const char* sql) {
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(handle_, code);
}

statement::statement(const database& in, const char* sql) {
    const int code = sqlite3_prepare_v3(in.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
    if (code != SQLITE_OK) fail(in.handle(), code);
}

statement::~statement() { sqlite3_finalize(handle_); }

void statement::check(int code) const {
    if (code != SQLITE_OK) fail(sqlite3_db_handle(handle_), code);
}

statement& statement::bind(std::int64_t value) { return check(sqlite3_bind_int64(handle_, next_++, value)), *this; }

statement& statement::bind(double value) { return check(sqlite3_bind_double(handle_, next_++, value)), *this; }

statement& statement::bind(std::string_view text) {
    check(sqlite3_bind_text64(handle_, next_++, text.data() == nullptr ? "" : text.data(), text.size(),
                              SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

statement& statement::bind(std::span<const std::byte> blob) {
    if (blob.empty())
        check(sqlite3_bind_zeroblob(handle_, next_++, 0));
    else
        check(sqlite3_bind_blob64(handle_, next_++, blob.data(), blob.size(), SQLITE_STATIC));
    return *this;
}

statement& statement::bind_null() { return check(sqlite3_bind_null(handle_, next_++)), *this; }

statement& statement::bind(const statement& row, int column) {
    return check(sqlite3_bind_value(handle_, next_++, sqlite3_column_value(row.handle_, column))), *this;
}

bool statement::step() {
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    reset();
    if (code == SQLITE_DONE) return false;
    fail(sqlite3_db_handle(handle_), code);
}

void statement::reset() {
    sqlite3_reset(handle_); // returns the error of step again
    next_ = 1;
}

std::int64_t statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }
double statement::number(int column) const { return sqlite3_column_double(handle_, column); }

std::string_view statement::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
    return data == nullptr ? std::string_view{}
                           : std::string_view{data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::span<const std::byte> statement::blob(int column) const {
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(handle_, column));
    return data == nullptr
               ? std::span<const std::byte>{}
               : std::span<const std::byte>{data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

bool statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

} // namespace releve::core
