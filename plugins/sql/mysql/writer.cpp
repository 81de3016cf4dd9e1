// SPDX-License-Identifier: Apache-2.0
#include "mysql/writer.hpp"

#include "store/halving.hpp"

#include <cmath>
#include <cstring>

namespace releve::sql {
namespace {

constexpr std::string_view upsert =
    "INSERT INTO readings(series, time, value, text, quality) VALUES(?, ?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE value = VALUES(value), text = VALUES(text), quality = VALUES(quality)";

/// Room for the rest of a row in the largest packet that the server accepts.
constexpr std::size_t packet_reserve_bytes = 65'536;

/// The error is due to the row: to a constraint that somebody added to the table, or to a value that the columns can't
/// hold.
bool is_due_to_row(unsigned error, std::string_view sqlstate) {
    switch (error) {
    case 1265: // data truncated
    case 1366: // incorrect value
    case 1526: // no partition for the value
    case 4025: // CHECK constraint
        return true;
    default:
        return sqlstate.starts_with("22") || sqlstate.starts_with("23") || sqlstate.starts_with("45");
    }
}

} // namespace

mysql_writer::mysql_writer(soci::session& in, const mysql_api& api)
    : session_{in}
    , api_{api}
    , insert_{nullptr} {
    long long max_packet = 0;
    in << "SELECT @@max_allowed_packet", soci::into(max_packet);
    max_text_bytes_ = static_cast<std::size_t>(max_packet) - packet_reserve_bytes;
    insert_ = api_.mysql_stmt_init(mysql_handle(in));
    if (insert_ == nullptr) throw std::bad_alloc();
    if (api_.mysql_stmt_prepare(insert_, upsert.data(), upsert.size()) != 0) {
        const std::string why = api_.mysql_stmt_error(insert_);
        const auto error = api_.mysql_stmt_errno(insert_);
        api_.mysql_stmt_close(insert_);
        throw mysql_failure(why, error);
    }
}

mysql_writer::~mysql_writer() { api_.mysql_stmt_close(insert_); }

void mysql_writer::fail() const { throw mysql_failure(api_.mysql_stmt_error(insert_), api_.mysql_stmt_errno(insert_)); }

void mysql_writer::write(std::span<const reading_row> rows, const refusal& refused) {
    while (!rows.empty()) {
        const auto count = rows_of_a_statement(rows, [](const reading_row& row) { return row.text.size(); });
        if (rows.front().text.size() > max_text_bytes_) { // the server would end the connection
            refused(rows.front(), "its text is longer than the server's max_allowed_packet");
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
    if (!is_due_to_row(api_.mysql_stmt_errno(insert_), api_.mysql_stmt_sqlstate(insert_))) fail();
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
