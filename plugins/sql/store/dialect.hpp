// SPDX-License-Identifier: Apache-2.0
// What differs between databases. The rest of the plugin is SQL that all of them understand, through SOCI.
#pragma once
#include "store/migration.hpp"
#include "store/reading_row.hpp"

#include <soci/soci.h>

#include <functional>
#include <memory>
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
    /// Throws the meaning of an error of SOCI, or of a writer.
    [[noreturn]] virtual void explain(soci::session& in, const soci::soci_error& error) const = 0;
    /// "SQLite file /var/lib/releve/readings.db": without secrets.
    virtual std::string where() const = 0;
    /// The sink uses the session from now on, or no longer: while it does, a server that does not answer is abandoned
    /// after the timeout.
    virtual void working(bool) {}
};

} // namespace releve::sql
