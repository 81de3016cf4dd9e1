// SPDX-License-Identifier: Apache-2.0
#include "catalogue.hpp"

#include <cstdlib>

namespace releve::core {
namespace fs = std::filesystem;

std::vector<fs::path> default_plugin_folders() {
    // Empty, as a unit or a script may leave it, it is not set.
    if (const char* named = std::getenv("RELEVE_PLUGINS"); named != nullptr && *named != '\0') {
        std::vector<fs::path> folders;
        for (std::string_view rest = named; !rest.empty();) {
            const auto end = rest.find(':');
            if (end != 0) folders.emplace_back(rest.substr(0, end));
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
        return folders;
    }
    std::error_code unknown;
    const auto program = fs::read_symlink("/proc/self/exe", unknown);
    if (!unknown) {
        const auto prefix = program.parent_path().parent_path();
        // The build tree, or an installation, even if its prefix was moved.
        for (const auto* beside : {"plugins", RELEVE_PLUGIN_DIR_FROM_PREFIX}) {
            std::error_code not_there;
            if (fs::is_directory(prefix / beside, not_there)) return {prefix / beside};
        }
    }
    return {RELEVE_PLUGIN_DIR};
}

} // namespace releve::core
