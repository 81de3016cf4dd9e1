// SPDX-License-Identifier: Apache-2.0
// What differs between databases. The rest of the plugin is SQL that all of them understand, through SOCI.
#pragma once
#include "store/migration.hpp"
#include "store/reading_row.hpp"

#include <soci/soci.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace releve::sql {

/// The fast way to put rows into `readings`: the same series and time again replaces. Destroyed before its session.
class bulk_writer {
public:
    virtual ~bulk_writer() = default;
    using refusal = std::function<void(const reading_row&, const std::string& why)>;
    /// In the open transaction. A row that the database refuses because of its content goes to `refused`, and the
    /// others are written; any other error throws.
    virtual void write(std::span<const reading_row> rows, const refusal& refused) = 0;
};

/// One kind of database, and where it is. Failures throw transient_error or permanent_error with a text for people; the
/// session must then be dropped and another one opened.
class dialect {
public:
    virtual ~dialect() = default;
    /// Whether the database can be opened, without changing it.
    virtual void probe() = 0;
    virtual std::unique_ptr<soci::session> open() = 0;
    virtual std::span<const migration> migrations() const = 0;
    /// Whether the table exists (SQL has no common query for it).
    virtual bool has_table(soci::session& in, const std::string& name) const = 0;
    /// Begins a transaction with the right to write. Throws when the database is no longer the one that was opened.
    virtual void begin(soci::session& in) = 0;
    virtual std::unique_ptr<bulk_writer> writer(soci::session& in) = 0;
    /// In the open transaction: another number when another connection has changed the database since this session
    /// asked last. Nothing: that can't be known.
    virtual std::optional<std::uint64_t> generation(soci::session&) { return std::nullopt; }
    /// After a SELECT of rows of `series`: nobody deletes or renames them before the open transaction ends.
    virtual std::string row_lock() const { return {}; }
    /// Gives a new row of `series` another id, because there are readings under this one. A database that never gives
    /// an id twice is not asked.
    virtual bool ids_can_come_again() const { return false; }
    virtual void change_id(soci::session&, std::int64_t) {}
    /// A longer statement makes the server end the connection.
    virtual std::size_t max_statement_bytes() const { return std::numeric_limits<std::size_t>::max(); }
    /// The reason, when the database refuses what a row of the open transaction holds: a rule that somebody added, a
    /// trigger. Nothing: the error has another cause.
    virtual std::optional<std::string> content_refusal(soci::session& in, const soci::soci_error& error) const = 0;
    /// A transaction with readings is committed.
    virtual void committed(soci::session&) {}
    /// Throws the meaning of an error of SOCI, or of a writer.
    [[noreturn]] virtual void explain(soci::session& in, const soci::soci_error& error) const = 0;
    /// "SQLite file /var/lib/releve/readings.db": without secrets.
    virtual std::string where() const = 0;
    /// The sink uses the session from now on, or no longer: while it does, a server that does not answer is abandoned
    /// after the timeout.
    virtual void working(bool) {}
};

} // namespace releve::sql
