// SPDX-License-Identifier: Apache-2.0
#include "store/migration.hpp"

#include "store/dialect.hpp"

#include <releve/failure.hpp>

namespace releve::sql {

int schema_version(dialect& of, soci::session& in) {
    if (!of.has_table(in, "schema_version")) return 0;
    int version = 0;
    soci::indicator found = soci::i_null;
    in << "SELECT MAX(version) FROM schema_version", soci::into(version, found);
    return found == soci::i_ok ? version : 0;
}

void refuse_newer(const dialect& of, int version) {
    const auto newest = static_cast<int>(of.migrations().size());
    if (version > newest)
        throw permanent_error(of.where() + " has schema version " + std::to_string(version) +
                              ", made by a newer releve; this one supports versions up to " + std::to_string(newest) +
                              ": install the newer releve, or name another database");
}

namespace {

void apply_missing(dialect& of, soci::session& in) {
    const auto now = schema_version(of, in); // again, in the transaction: another program may have been faster
    refuse_newer(of, now);
    if (now == 0 && !of.has_table(in, "schema_version")) {
        for (const auto* ours : {"series", "readings"})
            if (of.has_table(in, ours))
                throw permanent_error(of.where() + " has a table '" + ours +
                                      "' that releve did not make: name another database");
        in << "CREATE TABLE schema_version(version INTEGER NOT NULL PRIMARY KEY, what VARCHAR(200) NOT NULL)";
    }
    for (int version = now + 1; version <= static_cast<int>(of.migrations().size()); ++version) {
        const auto& step = of.migrations()[static_cast<std::size_t>(version - 1)];
        for (const auto statement : step.statements) in << std::string{statement};
        const std::string what{step.what};
        in << "INSERT INTO schema_version(version, what) VALUES(:version, :what)", soci::use(version), soci::use(what);
    }
}

} // namespace

void migrate(dialect& of, soci::session& in) {
    const auto found = schema_version(of, in);
    refuse_newer(of, found);
    if (found == static_cast<int>(of.migrations().size())) return;
    try {
        of.begin(in);
        try {
            apply_missing(of, in);
            in.commit();
        } catch (const soci::soci_error& e) {
            of.explain(in, e); // before the rollback, which clears the error
        }
    } catch (...) {
        try {
            in.rollback();
        } catch (const soci::soci_error&) { // nothing to roll back: the error did it, or there was no lock
        }
        throw;
    }
}

} // namespace releve::sql
