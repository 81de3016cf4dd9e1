// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/option_values.hpp>

#include <string>

namespace releve::sql {

/// The absolute path of the SQLite file that the option `path` or `url` names. Throws bad_option when both are given,
/// or neither, or when the kind of database is unknown.
std::string sqlite_file(const option_values& options);

} // namespace releve::sql
