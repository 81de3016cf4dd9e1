// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace releve::sql {

/// The error is due to what a row holds: a value that the columns can't hold, a constraint that somebody added to the
/// table, a trigger's SIGNAL, which may have any SQLSTATE but those of the server's own troubles.
bool mysql_error_is_due_to_row(unsigned error, std::string_view sqlstate);

} // namespace releve::sql
