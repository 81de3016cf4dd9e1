// SPDX-License-Identifier: Apache-2.0
#include "component.hpp"

#include "words.hpp"

#include <algorithm>

namespace releve::core {

using options::in_quotes;

namespace {

/// What the note of a plugin tells of roles: a transform looks like a sink that also makes.
bool may_stand_in(node_section::kind section, std::uint32_t roles) {
    switch (section) {
    case node_section::kind::connection:
        return (roles & RELEVE_CONNECTION) != 0;
    case node_section::kind::source:
        return (roles & RELEVE_MAKES) != 0 && (roles & RELEVE_TAKES) == 0;
    case node_section::kind::transform:
        return (roles & RELEVE_MAKES) != 0 && (roles & RELEVE_TAKES) != 0;
    case node_section::kind::sink:
        return (roles & RELEVE_TAKES) != 0;
    }
    return false;
}

std::vector<std::string> names_for(node_section::kind section, const catalogue& plugins) {
    auto names = plugins.component_names();
    std::erase_if(names, [&](const std::string& name) {
        const auto* card = plugins.find(name);
        return card == nullptr || !may_stand_in(section, card->roles);
    });
    std::sort(names.begin(), names.end());
    return names;
}

std::string where_plugins_are(const catalogue& plugins) {
    std::string folders;
    for (const auto& folder : plugins.folders()) folders += (folders.empty() ? "" : ", ") + folder.string();
    return folders;
}

std::string help_for_unknown(const found_section& section, const catalogue& plugins) {
    const auto& wanted = section.component;
    const auto fitting = names_for(section.is, plugins);
    auto near = options::nearest(wanted, fitting);
    if (near.empty()) near = options::nearest(wanted, plugins.component_names());
    if (!near.empty()) return "did you mean " + in_quotes(near) + "?";

    for (const auto& file : plugins.refused())
        if (const auto held = options::nearest(wanted, file.components); !held.empty())
            return "did you mean " + in_quotes(held) + "? Its plugin can't be used: " + file.why;
    for (const auto& file : plugins.refused())
        if (file.components.empty()) return "it may be in a file that can't be used: " + file.why;
    const auto folders = where_plugins_are(plugins);
    if (fitting.empty())
        return folders.empty() ? "there is no folder of plugins to look in"
                               : "there are no plugins for it in " + folders;
    return options::did_you_mean(wanted, fitting) + (folders.empty() ? "" : "; is its plugin in " + folders + "?");
}

} // namespace

const component* find_component(const found_section& section, catalogue& plugins, problems& found) {
    const auto named = section.table->find("component");
    const auto who = std::string(word_of(section.is)) + " " + in_quotes(section.name);
    if (named == section.table->end()) {
        auto help = options::did_you_mean({}, names_for(section.is, plugins));
        found.push_back({section.header, who + " names no component",
                         "add 'component = \"NAME\"'" + (help.empty() ? help : "; " + help)});
        return nullptr;
    }
    const auto at = options::position_of(named->first.source());
    if (!named->second.is_string()) {
        found.push_back({at, "'component' must be a string, not " + options::what_it_is(named->second), {}});
        return nullptr;
    }
    const auto& wanted = section.component;
    if (plugins.find(wanted) == nullptr && plugins.refused_for(wanted) == nullptr) {
        found.push_back({at, "there is no component " + in_quotes(wanted), help_for_unknown(section, plugins)});
        return nullptr;
    }
    try {
        return &plugins.load(wanted);
    } catch (const load_error& error) {
        found.push_back({at, "component " + in_quotes(wanted) + " can't be used", error.what()});
        return nullptr;
    }
}

node_section::kind role_of(const component& what) {
    if (what.connection()) return node_section::kind::connection;
    if (what.abi->process != nullptr) return node_section::kind::transform;
    return what.takes() ? node_section::kind::sink : node_section::kind::source;
}

} // namespace releve::core
