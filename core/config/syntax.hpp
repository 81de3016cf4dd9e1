// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "options.hpp"

#include <string_view>

namespace releve::core {

/// What the TOML parser reports, in the words of somebody who writes a pipeline file, not a parser.
options::problem syntax_problem(const toml::parse_error& error, std::string_view text);

} // namespace releve::core
