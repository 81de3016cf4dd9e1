// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

namespace releve::core {

/// A file of core/cli/new/: a whole plugin of which "my_node" is the component and "my-node" the plugin.
struct new_plugin_template {
    std::string_view kind; // "source", "streaming", "sink", "transform"
    std::string_view path; // inside the plugin's folder
    std::string_view text;
};

extern const std::vector<new_plugin_template> new_plugin_templates;

} // namespace releve::core
