// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string_view>

namespace releve::core {

/// Writes a plugin that builds and passes its tests. `role`: source, sink or transform; `streaming`: a source that
/// listens instead of being polled; `name`: of the component and, with '-' for '_', of the plugin. Throws
/// std::invalid_argument for another role or name, std::runtime_error when `into` exists and is not empty, or can't be
/// written.
void write_new_plugin(std::string_view role, bool streaming, std::string_view name, const std::filesystem::path& into);

} // namespace releve::core
