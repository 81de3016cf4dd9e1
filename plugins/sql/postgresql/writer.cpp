// SPDX-License-Identifier: Apache-2.0
#include "postgresql/writer.hpp"

#include "postgresql/errors.hpp"
#include "store/halving.hpp"

#include <algorithm>
#include <cmath>

namespace releve::sql {
namespace {

// The WHERE keeps an unchanged row that is sent again from being written again: PostgreSQL would make a new version of
// it.
constexpr auto upsert =
    "INSERT INTO readings(series, time, value, text, quality) "
    "SELECT * FROM unnest($1::int8[], $2::int8[], $3::float8[], $4::text[], $5::int2[]) "
    "ON CONFLICT(series, time) DO UPDATE SET value = excluded.value, text = excluded.text, quality = excluded.quality "
    "WHERE (readings.value, readings.text, readings.quality) "
    "IS DISTINCT FROM (excluded.value, excluded.text, excluded.quality)";

constexpr std::size_t max_text_bytes = 1 << 20;

} // namespace

postgresql_writer::postgresql_writer(soci::session& in, const postgresql_api& api)
    : session_{in}
    , api_{api} {
    // Are the tables as they should be?
    const result made{api_.PQprepare(postgresql_handle(in), "", upsert, 0, nullptr), api_.PQclear};
    if (api_.PQresultStatus(made.get()) != PGRES_COMMAND_OK) fail();
}

void postgresql_writer::fail() const { throw soci::soci_error(api_.PQerrorMessage(postgresql_handle(session_))); }

void postgresql_writer::write(std::span<const reading_row> rows, const refusal& refused) {
    // One statement may not touch a row twice: of rows with the same key, first the first ones, then the second ones,
    // and so on.
    now_.clear();
    for (const auto& one : rows) now_.push_back(&one);
    while (!now_.empty()) {
        later_.clear();
        const auto again = [this, last = row{nullptr}](row one) mutable {
            const bool same = last != nullptr && last->series == one->series && last->time_ns == one->time_ns;
            if (same)
                later_.push_back(one);
            else
                last = one;
            return same;
        };
        now_.erase(std::remove_if(now_.begin(), now_.end(), again), now_.end());
        for (std::span<const row> left = now_; !left.empty();) {
            const auto count = rows_of_a_statement(left, max_text_bytes, [](row one) { return one->text.size(); });
            write_by_halves(
                left.first(count), [this](std::span<const row> some) { return write_statement(some); },
                [&refused](row one, const std::string& why) { refused(*one, why); });
            left = left.subspan(count);
        }
        now_.swap(later_);
    }
}

std::optional<std::string> postgresql_writer::write_statement(std::span<const row> rows) {
    using element = postgresql_array::element;
    constexpr std::array types{element::int8, element::int8, element::float8, element::text, element::int2};
    for (std::size_t i = 0; i < types.size(); ++i) columns_[i].begin(types[i], rows.size());
    for (const auto* one : rows) {
        columns_[0].add_int8(one->series);
        columns_[1].add_int8(one->time_ns);
        std::isnan(one->value) ? columns_[2].add_null() : columns_[2].add_float8(one->value);
        one->text.data() == nullptr ? columns_[3].add_null() : columns_[3].add_text(one->text);
        columns_[4].add_int2(one->quality);
    }
    std::array<const char*, 5> values{};
    std::array<int, 5> sizes{}, formats{};
    for (std::size_t i = 0; i < types.size(); ++i) {
        values[i] = columns_[i].bytes().data();
        sizes[i] = static_cast<int>(columns_[i].bytes().size());
        formats[i] = 1; // binary
    }
    session_ << "SAVEPOINT before_rows";
    const result done{api_.PQexecParams(postgresql_handle(session_), upsert, 5, nullptr, values.data(), sizes.data(),
                                        formats.data(), 0),
                      api_.PQclear};
    if (api_.PQresultStatus(done.get()) == PGRES_COMMAND_OK) {
        session_ << "RELEASE SAVEPOINT before_rows";
        return std::nullopt;
    }
    const char* sqlstate = done ? api_.PQresultErrorField(done.get(), PG_DIAG_SQLSTATE) : nullptr;
    if (sqlstate == nullptr || !postgresql_error_is_due_to_row(sqlstate)) fail();
    const char* why = api_.PQresultErrorField(done.get(), PG_DIAG_MESSAGE_PRIMARY);
    std::string words = why == nullptr ? "" : why;
    session_ << "ROLLBACK TO SAVEPOINT before_rows";
    return words;
}

} // namespace releve::sql
