// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "options.hpp"

#include <string_view>

namespace releve::core {

/// What the TOML parser reports, reworded for the author of a pipeline file.
options::problem syntax_problem(const toml::parse_error& error, std::string_view text);

} // namespace releve::core
