// SPDX-License-Identifier: Apache-2.0
#include "new_plugin.hpp"

#include "new_plugin_templates.hpp"
#include "plugin/card.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>
#include <string>

namespace releve::core {
namespace fs = std::filesystem;

namespace {

std::string replaced(std::string_view text, std::string_view old, std::string_view now) {
    std::string result;
    for (auto at = text.find(old); at != std::string_view::npos; at = text.find(old)) {
        result.append(text.substr(0, at)).append(now);
        text.remove_prefix(at + old.size());
    }
    return result.append(text);
}

void check_name(std::string_view name) {
    if (!is_component_name(name))
        throw std::invalid_argument("'" + std::string(name) +
                                    "' can't be the name of a component: use lower case letters, digits and '_', "
                                    "a letter first, at most 64");
    constexpr std::array<std::string_view, 8> taken{"all",  "clean",   "depend",  "edit_cache",
                                                    "help", "install", "package", "test"};
    if (name == "releve") throw std::invalid_argument("'releve' is the name of the host itself: choose another name");
    if (std::find(taken.begin(), taken.end(), name) != taken.end())
        throw std::invalid_argument("'" + std::string(name) +
                                    "' is a target of every CMake build: choose another name");
}

} // namespace

void write_new_plugin(std::string_view role, bool streaming, std::string_view name, const fs::path& into) {
    check_name(name);
    if (role != "source" && role != "sink" && role != "transform")
        throw std::invalid_argument("'" + std::string(role) +
                                    "' is not a role: a plugin is a source, a sink or a transform");
    if (streaming && role != "source") throw std::invalid_argument("only a source can be streaming");
    const std::string_view kind = streaming ? "streaming" : role;
    if (fs::exists(into) && (!fs::is_directory(into) || !fs::is_empty(into)))
        throw std::runtime_error(into.string() +
                                 ": already exists and is not empty: choose another name or another folder");

    auto plugin = std::string(name);
    std::replace(plugin.begin(), plugin.end(), '_', '-');
    const auto named = [&](std::string_view text) {
        return replaced(replaced(text, "my_node", name), "my-node", plugin);
    };
    for (const auto& one : new_plugin_templates) {
        if (one.kind != kind) continue;
        const auto file = into / named(one.path);
        fs::create_directories(file.parent_path());
        std::ofstream out(file, std::ios::binary);
        if (!(out << named(one.text)).flush()) throw std::runtime_error(file.string() + ": can't be written");
    }
}

} // namespace releve::core
