// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace releve::sql {

/// The last error that the server has reported.
struct postgresql_error {
    std::string sqlstate; // PostgreSQL's appendix A; empty: none, or one of the client library
    std::string message;  // without the statement, its parameters and the values of the row
};

/// The error is due to what a row holds: a value that the columns can't hold, a constraint that somebody added to the
/// table, a trigger's RAISE, which may have any SQLSTATE but those of the server's own troubles.
bool postgresql_error_is_due_to_row(std::string_view sqlstate);

} // namespace releve::sql
