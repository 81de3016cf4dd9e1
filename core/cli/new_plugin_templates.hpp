// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

namespace releve::core {

/// A file of core/cli/new/: of a whole plugin, "my-node", with the component "my_node".
struct new_plugin_template {
    std::string_view kind; // "source", "streaming", "sink", "transform"
    std::string_view path; // inside the plugin's folder
    std::string_view text;
};

extern const std::vector<new_plugin_template> new_plugin_templates;

} // namespace releve::core
