// SPDX-License-Identifier: Apache-2.0
#include "sections.hpp"

#include "words.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace releve::core {

using options::in_quotes;
using options::position_of;

namespace {

using enum section_kind;
constexpr std::array kinds{connection, source, transform, sink};

const std::vector<std::string>& section_names() {
    static const std::vector<std::string> names{"site", "connection", "source", "transform", "sink"};
    return names;
}

std::string header_of(std::string_view kind_word, std::string_view name) {
    return "[" + std::string(kind_word) + "." + std::string(name) + "]";
}

/// [source.hall.north] is a table in a table: the author meant a name with a dot in it.
const toml::key* dotted_name(const toml::table& table) {
    if (table.contains("component")) return nullptr;
    for (const auto& [key, value] : table)
        if (value.is_table() && value.as_table()->contains("component")) return &key;
    return nullptr;
}

void find_nodes(section_kind kind, const toml::key& section, const toml::node& value, found_sections& into,
                problems& found) {
    const auto word = word_of(kind);
    const auto* named = value.as_table();
    if (named == nullptr) {
        const std::string twice = value.is_array() ? "[[" + std::string(word) + "]] is not a section" : "";
        found.push_back({position_of(section.source()), twice.empty() ? in_quotes(word) + " must be a section" : twice,
                         "write " + header_of(word, "NAME") + ", once for each " + std::string(word)});
        return;
    }
    auto& list = kind == connection ? into.connections : into.nodes;
    for (const auto& [key, body] : *named) {
        const auto at = position_of(key.source());
        const auto* table = body.as_table();
        if (table == nullptr) {
            found.push_back(
                {at, in_quotes(key.str()) + " is in [" + std::string(word) + "], which holds only named sections",
                 body.is_array() ? "write " + header_of(word, key.str()) + " in single brackets"
                                 : "write " + header_of(word, "NAME") + " above it"});
            continue;
        }
        if (const auto* rest = dotted_name(*table)) {
            found.push_back({position_of(rest->source()), "a name can't contain dots",
                             "write " + header_of(word, std::string(key.str()) + "_" + std::string(rest->str()))});
            continue;
        }
        if (auto wrong = name_problem(key.str()); !wrong.empty()) found.push_back({at, std::move(wrong), {}});
        found_section made{kind, std::string(key.str()), table, position_of(table->source()), at};
        if (const auto* component = table->get_as<std::string>("component")) made.component = component->get();
        list.push_back(std::move(made));
    }
}

void report_same_names(const std::vector<found_section>& nodes, problems& found) {
    std::map<std::string_view, const found_section*> firsts;
    for (auto node = nodes.begin(); node != nodes.end(); ++node) {
        const auto [at, is_new] = firsts.emplace(node->name, &*node);
        if (is_new) continue;
        const auto* first = at->second;
        found.push_back({node->name_at, "there is another node named " + in_quotes(node->name),
                         "it is the " + std::string(word_of(first->kind)) + " at line " +
                             std::to_string(first->header.line) + "; sources, transforms and sinks share their names"});
    }
}

} // namespace

std::string_view word_of(section_kind kind) {
    switch (kind) {
    case connection:
        return "connection";
    case source:
        return "source";
    case transform:
        return "transform";
    case sink:
        return "sink";
    }
    return "node";
}

std::string name_problem(std::string_view name) {
    constexpr std::size_t max_size = 64;
    const bool good = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (!good) return in_quotes(name) + " is not a name: use letters without accents, digits, '_' and '-'";
    if (name.size() > max_size) return "a name has at most " + std::to_string(max_size) + " letters";
    return {};
}

found_sections find_sections(const toml::table& root, problems& found) {
    found_sections made;
    for (const auto& [key, value] : root) {
        const auto at = position_of(key.source());
        const std::string_view word = key.str();
        const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](auto one) { return word_of(one) == word; });
        if (kind != kinds.end()) {
            find_nodes(*kind, key, value, made, found);
        } else if (key.str() == "site") {
            made.site = value.as_table();
            if (made.site == nullptr) found.push_back({at, "'site' must be a section", "write [site], once"});
        } else if (value.is_table() || value.is_array_of_tables()) {
            const auto near = options::nearest(key.str(), section_names());
            found.push_back(
                {at, "there is no section [" + std::string(key.str()) + "]",
                 near.empty() ? "there are [site], [connection.NAME], [source.NAME], [transform.NAME] and [sink.NAME]"
                              : "did you mean [" + near + (near == "site" ? "]?" : ".NAME]?")});
        } else {
            found.push_back(
                {at, in_quotes(key.str()) + " is outside any section", "put it below a section header such as [site]"});
        }
    }
    const auto by_line = [](const found_section& a, const found_section& b) {
        return std::pair(a.header.line, a.header.column) < std::pair(b.header.line, b.header.column);
    };
    std::stable_sort(made.connections.begin(), made.connections.end(), by_line);
    std::stable_sort(made.nodes.begin(), made.nodes.end(), by_line);
    report_same_names(made.nodes, found);
    return made;
}

} // namespace releve::core
