// SPDX-License-Identifier: Apache-2.0
// Maps a plugin file into the process, for good.
#pragma once
#include <releve/abi.h>

#include <filesystem>
#include <vector>

namespace releve::core {

/// Maps the file with every symbol bound (mapped twice, it has the same mapping) and finds its descriptor, which is not
/// checked yet. `file` must be absolute. Throws load_error. Nothing is ever unmapped.
const releve_plugin_descriptor& map_plugin(const std::filesystem::path& file);

/// The file is mapped, and another one on disk now, or gone.
bool is_replaced(const std::filesystem::path& file);
/// Mapped files that are others on disk now, or gone: what was mapped still runs.
std::vector<std::filesystem::path> replaced_plugins();

} // namespace releve::core
