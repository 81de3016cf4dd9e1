// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/option_values.hpp>

#include <string>

namespace releve::sql {

/// The absolute path of the SQLite file that the options `path` and `url` name. Throws bad_option when they name none,
/// both, or a kind of database that is not known.
std::string sqlite_file(const option_values& options);

} // namespace releve::sql
