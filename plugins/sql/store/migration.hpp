// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

namespace soci {
class session;
}

namespace releve::sql {

class dialect;

/// Changes the schema from one version to the next. Once released, a migration never changes: another one follows it.
struct migration {
    std::string_view what;                        // for the table schema_version
    std::span<const std::string_view> statements; // each one statement
};

/// The version of the database; 0: releve has never used it.
int schema_version(dialect& of, soci::session& in);

/// Throws permanent_error when a newer releve has changed the database.
void refuse_newer(const dialect& of, int version);

/// Brings the database to the newest version that this program knows: all in one transaction, so all or nothing.
void migrate(dialect& of, soci::session& in);

} // namespace releve::sql
