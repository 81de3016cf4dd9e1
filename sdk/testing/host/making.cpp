// SPDX-License-Identifier: Apache-2.0
// Making nodes and connections from TOML, and the end of connections.
#include "making.hpp"
#include "world.hpp"

#include <algorithm>

namespace releve::testing {

namespace {

constexpr std::string_view node_sections[] = {"source", "transform", "sink"};

problem to_problem(const options::problem& of) { return {of.where.line, of.where.column, of.what, of.help}; }

/// Whether the text is whole sections as in a pipeline file.
bool has_sections(const toml::table& text) {
    const auto of_tables = [&](std::string_view key) {
        const auto* all = text[key].as_table();
        return all != nullptr && !all->empty() &&
               std::ranges::all_of(*all, [](const auto& one) { return one.second.is_table(); });
    };
    return std::ranges::any_of(node_sections, of_tables) || of_tables("connection");
}

} // namespace

toml::table parse(std::string_view text) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& e) {
        const auto at = e.source().begin;
        throw bad_options{{{static_cast<std::uint32_t>(at.line), static_cast<std::uint32_t>(at.column),
                            std::string{e.description()}, ""}}};
    }
}

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
            {{0, 0, "several sections are of component '" + std::string{component} + "'", "give only one"}}};
    const bool only_connections = std::ranges::none_of(node_sections, [&](auto kind) { return text.contains(kind); });
    if (count == 0 && !only_connections)
        throw bad_options{{{0, 0, "no section is of component '" + std::string{component} + "'", ""}}};
    return found;
}

options::values read_values(site::world& in, const releve_component& of, const toml::table& section,
                            std::vector<problem>& problems) {
    const auto& described = in.of_plugin.shared()->describe(of);
    if (!described.mistakes.empty())
        throw std::runtime_error("component '" + std::string{view(of.name)} +
                                 "' describes its options wrongly: " + described.mistakes.front());
    options::surroundings around;
    around.folder = in.how.folder;
    around.owner = "component '" + std::string{view(of.name)} + "'";
    around.has_connection = [&](std::string_view name, std::string_view component, std::string& why,
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
    auto values = options::read(section, described.options, around, found);
    std::ranges::transform(found, std::back_inserter(problems), to_problem);
    return values;
}

void create(site::world& in, worker& on, fake& of, std::vector<problem> problems) {
    if (!problems.empty()) throw bad_options{std::move(problems)};
    of.values.connect([&](std::string_view name) { return in.connection(name)->self; });
    {
        const std::lock_guard lock{in.mutex};
        of.alive = true;
        of.stopping = of.started = of.acknowledgement = false;
        of.stop_fd.clear();
    }
    void* self = nullptr;
    const auto answer =
        in.call(on, of, phase::create, [&] { return of.component.create(&host_table(), of.context(), &self); });
    const std::lock_guard lock{in.mutex};
    of.self = self;
    if (answer) return;
    of.alive = false;
    for (const auto& [path, why] : of.refused_options) {
        const auto where = of.values.where(path).value_or(options::place{});
        problems.push_back({where.line, where.column, "option '" + path + "': " + why, ""});
    }
    if (!problems.empty()) throw bad_options{std::move(problems)};
    throw std::runtime_error("component '" + of.component_name +
                             "' can't be created: " + (answer.why.empty() ? "it did not say why" : answer.why));
}

void destroy(site::world& in, worker& on, fake& of) {
    if (!of.alive) return;
    in.call(on, of, phase::destroy, [&] {
        of.component.destroy(of.self);
        return RELEVE_OK;
    });
    const std::lock_guard lock{in.mutex};
    of.alive = false;
    of.self = nullptr;
    of.wish.reset();
    if (!of.rooms.empty())
        of.misbehaves(std::to_string(of.rooms.size()) +
                      " batches were begun and neither emitted nor discarded until destroy");
    if (!of.received.empty())
        of.misbehaves(std::to_string(of.received.size()) +
                      " received batches were retained and not released until destroy");
    of.rooms.clear();
    of.received.clear();
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
        std::vector<problem> problems;
        made->values = read_values(*this, made->component, section, problems);
        create(*this, *house, *made, std::move(problems));
        connections.push_back(std::move(made));
    }
}

fake* site::world::connection(std::string_view name) {
    const auto found =
        std::ranges::find(connections, name, [](const auto& one) { return std::string_view{one->name}; });
    return found == connections.end() ? nullptr : found->get();
}

std::string site::world::free_name(std::string_view wanted) {
    std::string name{wanted};
    const int count = ++names[name];
    return count == 1 ? name : name + "_" + std::to_string(count);
}

outcome site::world::close() {
    outcome first;
    try {
        for (auto one = connections.rbegin(); one != connections.rend(); ++one) {
            auto& of = **one;
            if (of.started && of.component.stop != nullptr) {
                const auto answer = call(*house, of, phase::stop, [&] { return of.component.stop(of.self); });
                if (!answer && first) first = answer;
            }
            destroy(*this, *house, of);
        }
    } catch (const stuck& e) {
        if (first) first = {RELEVE_PERMANENT, e.what()};
    }
    return first;
}

} // namespace releve::testing
