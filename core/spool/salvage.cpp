// SPDX-License-Identifier: Apache-2.0
#include "salvage.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace releve::core {

namespace {

constexpr std::array without_row_ids{"label", "cursor", "state"};
constexpr std::array with_row_ids{"series", "counter", "sink", "batch", "dead_letter"};

/// One table. Reading and writing are separate statements: SQLite does not undo all of an INSERT ... SELECT that fails
/// while it reads.
class table_copy {
public:
    table_copy(database& old, database& to, std::string table)
        : old_{old}
        , table_{std::move(table)} {
        statement names{old_, "SELECT name FROM pragma_table_info(?)"}; // an older version has fewer columns
        for (names.bind(table_); names.step(); ++count_) (columns_ += count_ == 0 ? "" : ", ") += names.text(0);
        std::string sql = "INSERT OR IGNORE INTO ";
        ((((sql += table_) += " (") += columns_) += ") VALUES (?");
        for (int i = 1; i < count_; ++i) sql += ", ?";
        insert_ = std::make_unique<statement>(to, (sql += ")").c_str());
    }

    /// Row by row. False: it stopped where the old file can't be read.
    bool all(const std::string& order) {
        statement from{old_, select(order).c_str()};
        while (readable([&] { return from.step(); })) put(from);
        return !failed_;
    }
    /// The rows that an index names, one by one.
    void each(const std::string& index) {
        std::vector<std::int64_t> rows;
        std::string sql = "SELECT rowid FROM ";
        statement names{old_, (((sql += table_) += " INDEXED BY ") += index).c_str()};
        while (readable([&] { return names.step(); })) rows.push_back(names.integer(0));
        statement one{old_, select(" NOT INDEXED WHERE rowid = ?").c_str()};
        for (const auto row : rows) {
            one.bind(row);
            if (readable([&] { return one.step(); })) put(one);
            one.reset();
        }
    }

private:
    template <class F>
    bool readable(F&& read) {
        try {
            failed_ = false;
            return read();
        } catch (const sqlite_error& e) {
            failed_ = true;
            if (!e.damaged()) throw;
            return false;
        }
    }
    std::string select(const std::string& which) const {
        std::string sql = "SELECT ";
        return (((sql += columns_) += " FROM ") += table_) += which;
    }
    void put(const statement& from) {
        for (int i = 0; i < count_; ++i) insert_->bind(from, i);
        insert_->run();
    }

    database& old_;
    std::string table_, columns_;
    int count_ = 0;
    bool failed_ = false;
    std::unique_ptr<statement> insert_;
};

/// A table that is missing, or whose definition can't be read, is left out.
template <class F>
void of_table(database& old, database& to, const std::string& table, F&& copy) {
    std::optional<table_copy> one;
    try {
        one.emplace(old, to, table);
    } catch (const sqlite_error& e) {
        if (!e.damaged() && !e.of_statement()) throw;
        return;
    }
    copy(*one);
}

} // namespace

void salvage(const std::filesystem::path& damaged, database& to) {
    std::unique_ptr<database> old;
    try {
        old = std::make_unique<database>(damaged, database::access::read);
    } catch (const sqlite_error&) { // nothing can be read
        return;
    }
    try {
        to.run("BEGIN IMMEDIATE");
        for (const auto* table : without_row_ids) of_table(*old, to, table, [](table_copy& one) { one.all(""); });
        for (const std::string table : with_row_ids)
            of_table(*old, to, table, [&](table_copy& one) {
                if (one.all(" NOT INDEXED ORDER BY rowid")) return;
                one.all(" NOT INDEXED ORDER BY rowid DESC");
                if (table == "batch") one.each("batch_order"); // it also names rows between two damaged pages
            });
        to.run(
            "UPDATE sink SET next_id = max(next_id, (SELECT coalesce(max(id), 0) + 1 FROM batch WHERE sink = number))");
        to.run("COMMIT");
    } catch (const sqlite_error&) {
        try {
            to.run("ROLLBACK");
        } catch (const sqlite_error&) { // NOLINT(bugprone-empty-catch): SQLite has rolled back by itself
        }
        throw;
    }
}

} // namespace releve::core
