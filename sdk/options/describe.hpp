// SPDX-License-Identifier: Apache-2.0
// A component's options as a table, for `releve describe` and the README of a plugin.
#pragma once
#include "options.hpp"

#include <string>

namespace releve::options {

/// Aligned columns for a terminal: option, type, default, bounds, meaning. Fields are named as "servers[].host".
std::string table_text(const descriptions& described);
/// The same as a Markdown table.
std::string table_markdown(const descriptions& described);

} // namespace releve::options
