// SPDX-License-Identifier: Apache-2.0
#include "descriptor.hpp"

#include "card.hpp"

#include <releve/struct_size.hpp>

#include <algorithm>

namespace releve::core {
namespace {

[[noreturn]] void refuse(const plugin_card& card, const std::string& why) {
    throw load_error(card.file.string() + ": " + why + ": build it again with the SDK, which gets this right");
}

// Which functions a component must have for its roles, and no others of these four.
std::string function_problem(const releve_component& c) {
    const bool collect = c.collect != nullptr, run = c.run != nullptr, process = c.process != nullptr,
               write = c.write != nullptr;
    if (!c.create || !c.destroy) return "has no create or no destroy";
    switch (c.roles) {
    case RELEVE_MAKES:
        if (collect != run && !process && !write) return {};
        return "makes records, for which the contract requires either collect or run";
    case RELEVE_TAKES:
        if (write && !collect && !run && !process) return {};
        return "takes records, for which the contract requires write alone";
    case RELEVE_MAKES | RELEVE_TAKES:
        if (!run && process != write && !(process && collect)) return {};
        return "makes and takes records, for which the contract requires process, write, or collect and write";
    case RELEVE_CONNECTION:
        if (!collect && !run && !process && !write) return {};
        return "is a connection, for which the contract requires neither collect, run, process nor write";
    default:
        return "has roles " + std::to_string(c.roles) + ", which the contract does not know";
    }
}

component_card card_of(const releve_component* c, std::uint32_t index, const plugin_card& card) {
    const auto number = "component number " + std::to_string(index + 1);
    if (!c) refuse(card, "its " + number + " is a null pointer");
    if (!is_whole(c)) refuse(card, "its " + number + ": " + why_not_whole(c));
    const auto name = text_of(c->name);
    if (!is_component_name(name)) refuse(card, "its " + number + " has no valid name (lower case, digits and '_')");
    if (text_of(c->summary).empty()) refuse(card, "its component '" + std::string(name) + "' has no summary");
    if (const auto why = function_problem(*c); !why.empty())
        refuse(card, "its component '" + std::string(name) + "' " + why);
    return {std::string(name), c->roles};
}

std::string list(const std::vector<component_card>& components) {
    std::string result;
    for (const auto& c : components) result += (result.empty() ? "" : ", ") + c.name + " " + std::to_string(c.roles);
    return result;
}

} // namespace

std::string_view text_of(const releve_string& string) {
    return string.data ? std::string_view(string.data, string.size) : std::string_view{};
}

plugin_card card_of(const releve_plugin_descriptor& plugin, const std::filesystem::path& file) {
    plugin_card card;
    card.file = file;
    if (plugin.magic != RELEVE_MAGIC)
        refuse(card, "its '" RELEVE_PLUGIN_SYMBOL "' is not a plugin descriptor (the magic number is wrong)");
    card.abi_major = plugin.abi_major;
    card.abi_minor = plugin.abi_minor;
    // Before any field that another major may have moved.
    if (plugin.abi_major == RELEVE_ABI_MAJOR && is_plugin_name(text_of(plugin.name))) card.name = text_of(plugin.name);
    check_version(card);
    if (!is_whole(&plugin)) refuse(card, why_not_whole(&plugin));
    if (card.name.empty()) refuse(card, "its descriptor has no valid name (lower case, digits and '-')");
    card.version = text_of(plugin.version);
    card.licence = text_of(plugin.licence);
    if (!is_short_text(card.version))
        refuse(card, "its descriptor has no valid version (1 to 64 printable characters)");
    if (!card.licence.empty() && !is_short_text(card.licence))
        refuse(card, "its descriptor has no valid licence (an SPDX identifier)");
    if (plugin.component_count == 0 || plugin.component_count > max_components || !plugin.components)
        refuse(card, "its descriptor has " + std::to_string(plugin.component_count) +
                         " components, and a plugin has 1 to 256");
    for (std::uint32_t i = 0; i < plugin.component_count; ++i) {
        auto component = card_of(plugin.components[i], i, card);
        for (const auto& other : card.components)
            if (other.name == component.name) refuse(card, "it has two components named '" + component.name + "'");
        card.components.push_back(std::move(component));
    }
    return card;
}

void check_same(const plugin_card& note, const plugin_card& code) {
    const auto same = [&](const std::string& what, const std::string& in_note, const std::string& in_code) {
        if (in_note != in_code)
            throw load_error(note.file.string() + ": its plugin note says " + what + " '" + in_note +
                             "' and its code says '" + in_code +
                             "', and the two must agree: build it again from one source");
    };
    same("contract", std::to_string(note.abi_major) + "." + std::to_string(note.abi_minor),
         std::to_string(code.abi_major) + "." + std::to_string(code.abi_minor));
    same("name", note.name, code.name);
    same("version", note.version, code.version);
    same("licence", note.licence, code.licence);
    const auto sorted = [](auto components) {
        std::sort(components.begin(), components.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        return components;
    };
    same("components", list(sorted(note.components)), list(sorted(code.components)));
}

} // namespace releve::core
