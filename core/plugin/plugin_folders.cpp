// SPDX-License-Identifier: Apache-2.0
#include "catalogue.hpp"

#include <cstdlib>

namespace releve::core {
namespace fs = std::filesystem;

std::vector<fs::path> default_plugin_folders() {
    if (const char* named = std::getenv("RELEVE_PLUGINS")) {
        std::vector<fs::path> folders;
        for (std::string_view rest = named; !rest.empty();) {
            const auto end = rest.find(':');
            if (end != 0) folders.emplace_back(rest.substr(0, end));
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
        return folders;
    }
    std::error_code error;
    const auto program = fs::read_symlink("/proc/self/exe", error);
    // The build tree; an installation, wherever its prefix was moved to.
    for (const auto* beside : {"plugins", RELEVE_PLUGIN_DIR_FROM_PREFIX})
        if (const auto folder = program.parent_path().parent_path() / beside; !error && fs::is_directory(folder, error))
            return {folder};
    return {RELEVE_PLUGIN_DIR};
}

} // namespace releve::core
