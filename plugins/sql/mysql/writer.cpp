// SPDX-License-Identifier: Apache-2.0
#include "mysql/writer.hpp"

#include "mysql/errors.hpp"
#include "store/halving.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace releve::sql {
namespace {

constexpr std::string_view upsert =
    "INSERT INTO readings(series, time, value, text, quality) VALUES(?, ?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE value = VALUES(value), text = VALUES(text), quality = VALUES(quality)";

/// Of the largest packet that the server accepts: what a statement takes beside its rows, and a row beside its text
/// (its numbers, five marks for NULL, the text's size).
constexpr std::size_t statement_bytes = 256, row_bytes = 48;
/// No more than this in one statement, whatever the server accepts.
constexpr std::size_t max_statement_bytes = 1 << 20;

} // namespace

mysql_writer::mysql_writer(soci::session& in, const mysql_api& api, std::size_t max_packet)
    : session_{in}
    , api_{api}
    , insert_{nullptr}
    , max_rows_bytes_{max_packet - statement_bytes} {
    insert_ = api_.mysql_stmt_init(mysql_handle(in));
    if (insert_ == nullptr) throw std::bad_alloc();
    if (api_.mysql_stmt_prepare(insert_, upsert.data(), upsert.size()) != 0) {
        const std::string why = api_.mysql_stmt_error(insert_);
        const auto error = api_.mysql_stmt_errno(insert_);
        const std::string sqlstate = api_.mysql_stmt_sqlstate(insert_);
        api_.mysql_stmt_close(insert_);
        throw mysql_failure(why, error, sqlstate);
    }
}

mysql_writer::~mysql_writer() { api_.mysql_stmt_close(insert_); }

void mysql_writer::fail() const {
    throw mysql_failure(api_.mysql_stmt_error(insert_), api_.mysql_stmt_errno(insert_),
                        api_.mysql_stmt_sqlstate(insert_));
}

void mysql_writer::write(std::span<const reading_row> rows, const refusal& refused) {
    while (!rows.empty()) {
        const auto size_of = [](const reading_row& row) { return row_bytes + row.text.size(); };
        const auto count = rows_of_a_statement(rows, std::min(max_rows_bytes_, max_statement_bytes), size_of);
        if (size_of(rows.front()) > max_rows_bytes_) { // the server would end the connection
            refused(rows.front(), "its text of " + std::to_string(rows.front().text.size()) +
                                      " bytes is longer than the server's max_allowed_packet lets through");
            rows = rows.subspan(1);
            continue;
        }
        write_by_halves(
            rows.first(count), [this](std::span<const reading_row> some) { return write_statement(some); }, refused);
        rows = rows.subspan(count);
    }
}

std::optional<std::string> mysql_writer::write_statement(std::span<const reading_row> rows) {
    session_ << "SAVEPOINT before_rows";
    fill(rows);
    if (api_.mysql_stmt_execute(insert_) == 0) return std::nullopt;
    if (!mysql_error_is_due_to_row(api_.mysql_stmt_errno(insert_), api_.mysql_stmt_sqlstate(insert_))) fail();
    std::string why = api_.mysql_stmt_error(insert_);
    session_ << "ROLLBACK TO SAVEPOINT before_rows";
    return why;
}

void mysql_writer::fill(std::span<const reading_row> rows) {
    const auto count = rows.size();
    for (auto* column : {&series_, &times_}) column->resize(count);
    values_.resize(count);
    texts_.resize(count);
    text_sizes_.resize(count);
    qualities_.resize(count);
    value_marks_.resize(count);
    text_marks_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& row = rows[i];
        series_[i] = row.series;
        times_[i] = row.time_ns;
        values_[i] = row.value;
        value_marks_[i] = std::isnan(row.value) ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
        texts_[i] = const_cast<char*>(row.text.data()); // is only read
        text_sizes_[i] = row.text.size();
        text_marks_[i] = row.text.data() == nullptr ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
        qualities_[i] = static_cast<signed char>(row.quality);
    }
    MYSQL_BIND columns[5];
    std::memset(columns, 0, sizeof columns);
    const auto bind = [&columns](int column, enum_field_types type, void* buffer) {
        columns[column].buffer_type = type;
        columns[column].buffer = buffer;
    };
    bind(0, MYSQL_TYPE_LONGLONG, series_.data());
    bind(1, MYSQL_TYPE_LONGLONG, times_.data());
    bind(2, MYSQL_TYPE_DOUBLE, values_.data());
    columns[2].u.indicator = value_marks_.data();
    bind(3, MYSQL_TYPE_STRING, texts_.data());
    columns[3].length = text_sizes_.data();
    columns[3].u.indicator = text_marks_.data();
    bind(4, MYSQL_TYPE_TINY, qualities_.data());
    const auto array_size = static_cast<unsigned>(count);
    if (api_.mysql_stmt_attr_set(insert_, STMT_ATTR_ARRAY_SIZE, &array_size) != 0 ||
        api_.mysql_stmt_bind_param(insert_, columns) != 0)
        fail();
}

} // namespace releve::sql
