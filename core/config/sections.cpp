// SPDX-License-Identifier: Apache-2.0
#include "sections.hpp"

#include "words.hpp"

#include <algorithm>
#include <array>

namespace releve::core {

using options::in_quotes;
using options::position_of;

namespace {

using kind = node_section::kind;
constexpr std::array<kind, 4> kinds{kind::connection, kind::source, kind::transform, kind::sink};

const std::vector<std::string>& section_names() {
    static const std::vector<std::string> names{"site", "connection", "source", "transform", "sink"};
    return names;
}

std::string header_of(std::string_view kind_word, std::string_view name) {
    return "[" + std::string(kind_word) + "." + std::string(name) + "]";
}

/// [source.hall.north] makes a table in a table: a name with a dot in it was meant.
const toml::key* dotted_name(const toml::table& table) {
    if (table.contains("component")) return nullptr;
    for (const auto& [key, value] : table)
        if (value.is_table() && value.as_table()->contains("component")) return &key;
    return nullptr;
}

void find_nodes(kind is, const toml::key& section, const toml::node& value, found_sections& into, problems& found) {
    const auto word = word_of(is);
    const auto* named = value.as_table();
    if (named == nullptr) {
        const std::string twice = value.is_array() ? "[[" + std::string(word) + "]] is no section" : "";
        found.push_back({position_of(section.source()), twice.empty() ? in_quotes(word) + " must be a section" : twice,
                         "write " + header_of(word, "NAME") + ", once for each " + std::string(word)});
        return;
    }
    auto& list = is == kind::connection ? into.connections : into.nodes;
    for (const auto& [key, body] : *named) {
        const auto at = position_of(key.source());
        const auto* table = body.as_table();
        if (table == nullptr) {
            found.push_back(
                {at,
                 in_quotes(key.str()) + " stands in [" + std::string(word) + "], where only sections with a name do",
                 body.is_array() ? "write " + header_of(word, key.str()) + " in single brackets"
                                 : "write " + header_of(word, "NAME") + " above it"});
            continue;
        }
        if (const auto* rest = dotted_name(*table)) {
            found.push_back({position_of(rest->source()), "a name has no dots",
                             "write " + header_of(word, std::string(key.str()) + "_" + std::string(rest->str()))});
            continue;
        }
        if (auto fault = fault_of_name(key.str()); !fault.empty()) found.push_back({at, std::move(fault), {}});
        found_section made{is, std::string(key.str()), table, position_of(table->source()), at};
        if (const auto* component = table->get_as<std::string>("component")) made.component = component->get();
        list.push_back(std::move(made));
    }
}

void report_same_names(const std::vector<found_section>& nodes, problems& found) {
    for (auto node = nodes.begin(); node != nodes.end(); ++node) {
        const auto first =
            std::find_if(nodes.begin(), node, [&](const auto& other) { return other.name == node->name; });
        if (first == node) continue;
        found.push_back({node->name_at, "there is another node named " + in_quotes(node->name),
                         "it is the " + std::string(word_of(first->is)) + " at line " +
                             std::to_string(first->header.line) + "; sources, transforms and sinks share their names"});
    }
}

} // namespace

std::string_view word_of(node_section::kind kind) {
    switch (kind) {
    case node_section::kind::connection:
        return "connection";
    case node_section::kind::source:
        return "source";
    case node_section::kind::transform:
        return "transform";
    case node_section::kind::sink:
        return "sink";
    }
    return "node";
}

std::string fault_of_name(std::string_view name) {
    constexpr std::size_t longest = 64;
    const bool good = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (!good) return in_quotes(name) + " is no name: it takes letters without accents, digits, '_' and '-'";
    if (name.size() > longest) return "a name has at most " + std::to_string(longest) + " letters";
    return {};
}

found_sections find_sections(const toml::table& root, problems& found) {
    found_sections made;
    for (const auto& [key, value] : root) {
        const auto at = position_of(key.source());
        const std::string_view word = key.str();
        const auto is = std::find_if(kinds.begin(), kinds.end(), [&](kind one) { return word_of(one) == word; });
        if (is != kinds.end()) {
            find_nodes(*is, key, value, made, found);
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
            found.push_back({at, in_quotes(key.str()) + " stands outside of any section",
                             "put it below a section's header, such as [site]"});
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
