// SPDX-License-Identifier: Apache-2.0
#include "mysql/errors.hpp"

#include <algorithm>
#include <array>

namespace releve::sql {

bool mysql_error_is_due_to_row(unsigned error, std::string_view sqlstate) {
    // Of the server and the connection, the transaction, rights, the schema and the statement.
    constexpr std::array<std::string_view, 12> others{"00", "08", "0A", "21", "25", "28",
                                                      "3D", "40", "42", "70", "HY", "XA"};
    switch (error) {
    case 1265: // data truncated
    case 1366: // incorrect value
    case 1526: // no partition for the value
    case 1642: // SIGNAL, here and in the next two
    case 1643:
    case 1644:
    case 4025: // CHECK constraint
        return true;
    default:
        return sqlstate.size() == 5 && std::find(others.begin(), others.end(), sqlstate.substr(0, 2)) == others.end();
    }
}

} // namespace releve::sql
