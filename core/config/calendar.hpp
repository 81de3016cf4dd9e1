// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pipeline_file.hpp"
#include "sections.hpp"

namespace releve::core {

/// Reads `at` and `days` of a polled node, whose interval, `align` and `jitter` are known, and checks that they are
/// consistent. Values of a wrong type, which have been reported, are ignored.
void read_calendar(node_section& into, const toml::table& table, problems& found);

} // namespace releve::core
