// SPDX-License-Identifier: Apache-2.0
#include "component.hpp"

#include "words.hpp"

#include <algorithm>

namespace releve::core {

using options::in_quotes;

namespace {

/// By the roles in a plugin's note, where a transform looks like a sink that also makes records.
bool belongs_in(section_kind kind, std::uint32_t roles) {
    switch (kind) {
    case section_kind::connection:
        return (roles & RELEVE_CONNECTION) != 0;
    case section_kind::source:
        return (roles & RELEVE_MAKES) != 0 && (roles & RELEVE_TAKES) == 0;
    case section_kind::transform:
        return (roles & RELEVE_MAKES) != 0 && (roles & RELEVE_TAKES) != 0;
    case section_kind::sink:
        return (roles & RELEVE_TAKES) != 0;
    }
    return false;
}

std::vector<std::string> names_for(section_kind kind, const catalogue& plugins) {
    auto names = plugins.component_names();
    std::erase_if(names, [&](const std::string& one) {
        const auto* card = plugins.find(one);
        return card == nullptr || !belongs_in(kind, card->roles);
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
    const auto& name = section.component;
    const auto fitting = names_for(section.kind, plugins);
    auto near = options::nearest(name, fitting);
    if (near.empty()) near = options::nearest(name, plugins.component_names());
    if (!near.empty()) return "did you mean " + in_quotes(near) + "?";

    for (const auto& file : plugins.refused())
        if (const auto held = options::nearest(name, file.components); !held.empty())
            return "did you mean " + in_quotes(held) + "? Its plugin can't be used: " + file.why;
    for (const auto& file : plugins.refused())
        if (file.components.empty()) return "it may be in a file that can't be used: " + file.why;
    const auto folders = where_plugins_are(plugins);
    if (fitting.empty())
        return folders.empty() ? "there is no plugin folder to search" : "there are no plugins for it in " + folders;
    return options::did_you_mean(name, fitting) + (folders.empty() ? "" : "; is its plugin in " + folders + "?");
}

} // namespace

const component* find_component(const found_section& section, catalogue& plugins, problems& found) {
    const auto named = section.table->find("component");
    const auto who = std::string(word_of(section.kind)) + " " + in_quotes(section.name);
    if (named == section.table->end()) {
        auto help = options::did_you_mean({}, names_for(section.kind, plugins));
        found.push_back({section.header, who + " has no component",
                         "add 'component = \"NAME\"'" + (help.empty() ? help : "; " + help)});
        return nullptr;
    }
    const auto at = options::position_of(named->first.source());
    if (!named->second.is_string()) {
        found.push_back({at, "'component' must be a string, not " + options::what_it_is(named->second), {}});
        return nullptr;
    }
    const auto& name = section.component;
    if (plugins.find(name) == nullptr && plugins.refused_for(name) == nullptr) {
        found.push_back({at, "there is no component " + in_quotes(name), help_for_unknown(section, plugins)});
        return nullptr;
    }
    try {
        return &plugins.load(name);
    } catch (const load_error& error) {
        found.push_back({at, "component " + in_quotes(name) + " can't be used", error.what()});
        return nullptr;
    }
}

section_kind kind_for(const component& of) {
    if (of.connection()) return section_kind::connection;
    if (of.abi->process != nullptr) return section_kind::transform;
    return of.takes() ? section_kind::sink : section_kind::source;
}

} // namespace releve::core
