// SPDX-License-Identifier: Apache-2.0
#include "sqlite/writer.hpp"

#include "sqlite/schema.hpp"

namespace releve::sql {
namespace {

// The WHERE keeps an unchanged row that is sent again from being written again.
constexpr std::string_view upsert =
    "INSERT INTO readings(hour, series, time, value, text, quality) VALUES(?1, ?2, ?3, ?4, ?5, ?6) "
    "ON CONFLICT(hour, series, time) DO UPDATE SET value = excluded.value, text = excluded.text, quality = "
    "excluded.quality "
    "WHERE value IS NOT excluded.value OR text IS NOT excluded.text OR quality <> excluded.quality";

} // namespace

bool sqlite_error_is_due_to_row(int code) {
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
        return true;
    default:
        return false;
    }
}

sqlite_writer::sqlite_writer(soci::session& in)
    : handle_{handle(in)} {
    if (sqlite::sqlite3_prepare_v3(handle_, upsert.data(), static_cast<int>(upsert.size()), SQLITE_PREPARE_PERSISTENT,
                                   &insert_, nullptr) != SQLITE_OK)
        throw soci::soci_error(sqlite::sqlite3_errmsg(handle_));
}

sqlite_writer::~sqlite_writer() { sqlite::sqlite3_finalize(insert_); }

void sqlite_writer::write(std::span<const reading_row> rows, const refusal& refused) {
    for (const auto& row : rows) {
        sqlite::sqlite3_bind_int64(insert_, 1, row.time_ns / hour_ns);
        sqlite::sqlite3_bind_int64(insert_, 2, row.series);
        sqlite::sqlite3_bind_int64(insert_, 3, row.time_ns);
        sqlite::sqlite3_bind_double(insert_, 4, row.value); // SQLite takes NaN for NULL
        if (row.text.data() == nullptr)
            sqlite::sqlite3_bind_null(insert_, 5);
        else
            sqlite::sqlite3_bind_text64(insert_, 5, row.text.data(), row.text.size(), SQLITE_STATIC, SQLITE_UTF8);
        sqlite::sqlite3_bind_int(insert_, 6, row.quality);
        const int status = sqlite::sqlite3_step(insert_);
        if (status != SQLITE_DONE) [[unlikely]] {
            const std::string why = sqlite::sqlite3_errmsg(handle_);
            // An error that ends the transaction also loses the rows before it: then it is not about one row.
            if (!sqlite_error_is_due_to_row(status) || sqlite::sqlite3_get_autocommit(handle_) != 0) {
                sqlite::sqlite3_reset(insert_);
                throw soci::soci_error(why);
            }
            refused(row, why);
        }
        sqlite::sqlite3_reset(insert_);
    }
    sqlite::sqlite3_clear_bindings(insert_); // the texts are the batch's
}

} // namespace releve::sql
