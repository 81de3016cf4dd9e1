// SPDX-License-Identifier: Apache-2.0
// What differs between databases. The rest of the plugin is SQL that all of them know, through SOCI.
#pragma once
#include "store/migration.hpp"
#include "store/reading.hpp"

#include <soci/soci.h>

#include <functional>
#include <memory>
#include <span>
#include <string>

namespace releve::sql {

/// The fast way to put rows into `readings`: same series and time again replaces. Goes before its session does.
class bulk_writer {
public:
    virtual ~bulk_writer() = default;
    using refusal = std::function<void(const reading&, const std::string& why)>;
    /// In the open transaction. A row that the database refuses for what it is goes to `refused`, and the others go on;
    /// anything else throws.
    virtual void write(std::span<const reading> rows, const refusal& refused) = 0;
};

/// One kind of database, and where it is. What fails throws transient_error or permanent_error in words for people; the
/// session is then to be dropped and another to be opened.
class dialect {
public:
    virtual ~dialect() = default;
    /// Whether the database can be opened, without changing it.
    virtual void probe() = 0;
    virtual std::unique_ptr<soci::session> open() = 0;
    virtual std::span<const migration> migrations() const = 0;
    /// Whether the table is there (SQL has no common way to ask).
    virtual bool has_table(soci::session& in, const std::string& name) const = 0;
    /// Begins a transaction with the right to write. Throws when the database is no longer the one that was opened.
    virtual void begin(soci::session& in) = 0;
    virtual std::unique_ptr<bulk_writer> writer(soci::session& in) = 0;
    /// Throws what an error of SOCI's, or of a writer, means.
    [[noreturn]] virtual void explain(soci::session& in, const soci::soci_error& error) const = 0;
    /// "SQLite file /var/lib/releve/readings.db": without secrets.
    virtual std::string where() const = 0;
    /// The sink is at work with the session from here on, or no longer: meanwhile a server that says nothing is not
    /// waited for without end.
    virtual void working(bool) {}
};

} // namespace releve::sql
