// SPDX-License-Identifier: Apache-2.0
#include "postgresql/errors.hpp"

#include <algorithm>
#include <array>

namespace releve::sql {

bool postgresql_error_is_due_to_row(std::string_view sqlstate) {
    // Of the server and the connection, the transaction, rights, the schema and the statement, resources.
    constexpr std::array<std::string_view, 20> others{"00", "08", "0A", "0B", "25", "26", "28", "2D", "34", "3B",
                                                      "3D", "3F", "40", "42", "53", "55", "57", "58", "F0", "XX"};
    return sqlstate.size() == 5 && std::find(others.begin(), others.end(), sqlstate.substr(0, 2)) == others.end();
}

} // namespace releve::sql
