// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace releve::core {

/// The body of GET /status for people: a line about the site, a table of its nodes, and their last errors.
std::string status_table(std::string_view json, bool colour);

} // namespace releve::core
