// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace releve::sql {

/// Writes rows with one statement; when a server refuses it because of one of its rows, its halves, down to the single
/// rows that are refused. `write(rows)` returns nothing when they are written; when they are refused, the reason, after
/// it has undone the statement. It throws any other error.
template <class Row, class Write, class Refuse>
void write_by_halves(std::span<const Row> rows, const Write& write, const Refuse& refuse) {
    const std::optional<std::string> why = rows.empty() ? std::nullopt : write(rows);
    if (!why) return;
    if (rows.size() == 1) {
        refuse(rows.front(), *why);
        return;
    }
    const std::size_t half = rows.size() / 2;
    write_by_halves(rows.first(half), write, refuse);
    write_by_halves(rows.subspan(half), write, refuse);
}

/// How many of the rows one statement takes: bounded in rows and in bytes (at least one row).
template <class Row, class RowSize>
std::size_t rows_of_a_statement(std::span<const Row> rows, std::size_t max_bytes, const RowSize& row_size) {
    constexpr std::size_t max_rows = 4096;
    std::size_t count = 0, bytes = 0;
    while (count < rows.size() && count < max_rows) {
        bytes += row_size(rows[count]);
        if (count != 0 && bytes > max_bytes) break;
        ++count;
    }
    return count;
}

} // namespace releve::sql
