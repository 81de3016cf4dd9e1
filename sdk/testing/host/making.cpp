// SPDX-License-Identifier: Apache-2.0
// Reads the options of a node or connection from TOML.
#include "making.hpp"

#include "described.hpp"

#include <algorithm>

namespace releve::testing {

namespace {

constexpr std::string_view node_sections[] = {"source", "transform", "sink"};

problem to_problem(const options::problem& of) { return {of.where.line, of.where.column, of.what, of.help}; }

/// Whether the text has whole sections, as in a pipeline file.
bool has_sections(const toml::table& text) {
    const auto of_tables = [&](std::string_view key) {
        const auto* all = text[key].as_table();
        return all != nullptr && !all->empty() &&
               std::ranges::all_of(*all, [](const auto& one) { return one.second.is_table(); });
    };
    return std::ranges::any_of(node_sections, of_tables) || of_tables("connection");
}

toml::table parse(std::string_view text) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& e) {
        const auto at = e.source().begin;
        throw bad_options{{{static_cast<std::uint32_t>(at.line), static_cast<std::uint32_t>(at.column),
                            std::string{e.description()}, ""}}};
    }
}

struct section {
    std::string name; // empty: the text has only options
    toml::table options;
};

section pick_section(const toml::table& text, std::string_view component) {
    if (!has_sections(text)) return {"", text};
    section found;
    int count = 0;
    for (const auto kind : node_sections) {
        const auto* all = text[kind].as_table();
        if (all == nullptr) continue;
        for (const auto& [name, one] : *all) {
            const auto* table = one.as_table();
            if (table == nullptr || (*table)["component"].value_or(std::string_view{}) != component) continue;
            found = {std::string{name.str()}, *table};
            ++count;
        }
    }
    if (count > 1)
        throw bad_options{
            {{0, 0, "several sections have component '" + std::string{component} + "'", "give only one"}}};
    const bool only_connections = std::ranges::none_of(node_sections, [&](auto kind) { return text.contains(kind); });
    if (count == 0 && !only_connections)
        throw bad_options{{{0, 0, "no section has component '" + std::string{component} + "'", ""}}};
    return found;
}

/// As in the host: for a component with collect, unless it has `at` (times of day).
std::int64_t interval_of(const fake& of, const toml::table& section) {
    constexpr std::int64_t host_default = 60'000'000'000;
    if (of.component.collect == nullptr || section.contains("at")) return 0;
    const auto written = section["interval"].value<std::string>();
    if (written) return options::parse_duration(*written).value_or(host_default);
    for (std::uint32_t i = 0; i < of.options->count; ++i)
        if (of.options->items[i]->type == RELEVE_OPTION_INTERVAL) return of.options->items[i]->integer;
    return host_default;
}

std::vector<problem> read(fake& of, const toml::table& section) {
    auto& in = of.world;
    const auto& described = in.of_plugin.shared()->describe(of.component);
    if (!described.mistakes.empty())
        throw std::runtime_error("component '" + of.component_name +
                                 "' has a bad description of its options: " + described.mistakes.front());
    options::read_settings settings;
    settings.folder = in.settings.folder;
    settings.owner = "component '" + of.component_name + "'";
    settings.has_connection = [&](std::string_view name, std::string_view component, std::string& why,
                                  std::string& help) {
        const auto* found = in.connection(name);
        if (found == nullptr) {
            why = "there is no [connection." + std::string{name} + "]";
            help = "give the site or the node a [connection." + std::string{name} + "] section with component = \"" +
                   std::string{component} + "\"";
        } else if (found->component_name != component) {
            why = "[connection." + std::string{name} + "] is of component '" + found->component_name + "'";
            help = "it must be of component '" + std::string{component} + "'";
        }
        return why.empty();
    };
    std::vector<options::problem> found;
    of.values = std::make_shared<options::values>(options::read(section, described.options, settings, found));
    of.options = &of.values->root();
    of.identity.interval = interval_of(of, section);
    of.connections = of.values->connections();
    std::vector<problem> problems;
    std::ranges::transform(found, std::back_inserter(problems), to_problem);
    return problems;
}

} // namespace

std::string section_name(std::string_view text, std::string_view component) {
    return pick_section(parse(text), component).name;
}

std::vector<problem> read_options(fake& of, std::string_view text) {
    return read(of, pick_section(parse(text), of.component_name).options);
}

void connect(fake& of) {
    of.values->connect([&](std::string_view name) { return of.world.connection(name)->self; });
}

problem refused_option(const fake& of, const std::string& path, const std::string& why) {
    const auto where = of.values->where(path).value_or(options::position{});
    return {where.line, where.column, "option '" + path + "': " + why, ""};
}

void site::world::add_connections(std::string_view text) {
    const auto table = parse(text);
    const auto* all = table["connection"].as_table();
    if (all == nullptr || !has_sections(table)) return;
    for (const auto& [key, one] : *all) {
        const std::string name{key.str()};
        const auto section = *one.as_table();
        const auto component = section["component"].value_or(std::string{});
        if (component.empty())
            throw bad_options{{{static_cast<std::uint32_t>(one.source().begin.line), 1,
                                "[connection." + name + "] has no component", "component = \"NAME\""}}};
        auto made = std::make_shared<fake>(*this, fake::part::connection, name, of_plugin.component(component));
        create(*this, *common_worker, *made, read(*made, section));
        connections.push_back(std::move(made));
    }
}

} // namespace releve::testing
