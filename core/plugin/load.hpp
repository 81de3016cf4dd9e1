// SPDX-License-Identifier: Apache-2.0
// Maps a plugin file into the process, for good.
#pragma once
#include <releve/abi.h>

#include <filesystem>

namespace releve::core {

/// Maps the file with every symbol bound (mapped twice, it has the same mapping) and finds its descriptor, which is not
/// checked yet. `file` must be absolute. Throws load_error. Nothing is ever unmapped.
const releve_plugin_descriptor& map_plugin(const std::filesystem::path& file);

} // namespace releve::core
