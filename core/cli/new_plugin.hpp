// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string_view>

namespace releve::core {

/// Writes a plugin that builds and passes its tests as it is. `role`: source, sink or transform; `name`: of the
/// component, and, with '-' for '_', of the plugin. Throws std::invalid_argument for another role or name,
/// std::runtime_error when `into` is there and not empty, or can't be written.
void write_new_plugin(std::string_view role, std::string_view name, const std::filesystem::path& into);

} // namespace releve::core
