// SPDX-License-Identifier: Apache-2.0
// Mapping a plugin file into the process, for good.
#pragma once
#include <releve/abi.h>

#include <filesystem>

namespace releve::core {

/// Maps the file (a second time: the same mapping) with every symbol bound, and finds its descriptor, of which nothing
/// is checked yet. `file` must be absolute. Throws load_error. What is mapped is never unmapped.
const releve_plugin_descriptor& map_plugin(const std::filesystem::path& file);

} // namespace releve::core
