// SPDX-License-Identifier: Apache-2.0
// Mistakes in a component's description of its options: reported when the plugin is loaded, not when a site uses
// it.
#include "reader.hpp"
#include "words.hpp"

#include <algorithm>

namespace releve::options {

namespace {

constexpr std::size_t max_key = 64;

bool is_key(std::string_view key) {
    if (key.empty() || key.size() > max_key || key.front() < 'a' || key.front() > 'z') return false;
    return std::all_of(key.begin(), key.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool has_bounds(std::uint32_t type) {
    return type == RELEVE_OPTION_INTEGER || type == RELEVE_OPTION_NUMBER || type == RELEVE_OPTION_DURATION ||
           type == RELEVE_OPTION_SIZE || type == RELEVE_OPTION_INTERVAL || type == RELEVE_OPTION_LIST;
}

/// What is wrong with a value in the component's description; empty: nothing.
std::string value_problem(const description& option, const toml::node& written) {
    const read_settings nowhere;
    std::vector<problem> problems;
    values::storage scratch;
    auto& value = scratch.make(option.type, option.key);
    reader(nowhere, scratch, problems, true).read_value(value, option, written, {{}, option.key});
    return problems.empty() ? std::string() : problems.front().what;
}

std::string fallback_problem(const description& option) {
    if (!option.fallback) return {};
    if (option.required()) return "is required and has a default";
    if (option.type == RELEVE_OPTION_CONNECTION) return "is a connection and has a default";
    try {
        const auto why = value_problem(option, *as_written(option, *option.fallback).get("value"));
        return why.empty() ? std::string() : "has a bad default: " + why;
    } catch (const toml::parse_error& error) {
        return "has a bad default: " + std::string(error.description());
    }
}

std::string example_problem(const description& option) {
    if (!option.example) return {};
    try {
        const auto parsed = toml::parse("value = " + *option.example);
        const auto* value = parsed.get("value");
        if (parsed.size() != 1 || value == nullptr) return "has an example that is not a TOML value";
        const auto why = value_problem(option, *value);
        return why.empty() ? std::string() : "has a bad example: " + why;
    } catch (const toml::parse_error& error) {
        return "has an example that is not a TOML value: " + std::string(error.description());
    }
}

std::string bounds_problem(const description& option) {
    if (!option.minimum && !option.maximum) return {};
    if (!has_bounds(option.type)) return "is " + with_article(type_name(option)) + ", which has no bounds";
    std::optional<bound> edges[2];
    const std::optional<std::string>* const texts[2] = {&option.minimum, &option.maximum};
    for (std::size_t i = 0; i < 2; ++i) {
        if (!*texts[i]) continue;
        edges[i] = parse_bound(option.type, **texts[i]);
        if (!edges[i]) return "has the bound " + as_toml(**texts[i]) + ", which is not a value of its type";
    }
    if (!edges[0] || !edges[1]) return {};
    const bool inverted = option.type == RELEVE_OPTION_NUMBER ? edges[0]->number > edges[1]->number
                                                              : edges[0]->integer > edges[1]->integer;
    return inverted ? "has a minimum above its maximum" : std::string();
}

std::string type_problem(const description& option, bool top) {
    if (option.type > RELEVE_OPTION_INTERVAL) return "has a type that this host does not know";
    const bool list = option.type == RELEVE_OPTION_LIST;
    const auto type = list ? option.item_type : option.type;
    if (list && (type > RELEVE_OPTION_TABLE || type == RELEVE_OPTION_LIST))
        return "is a list of a type that can't be in a list";
    if (option.type == RELEVE_OPTION_INTERVAL && !(top && option.key == "interval"))
        return "has the type of the host's 'interval' but another key";

    if ((type == RELEVE_OPTION_CHOICE) == option.choices.empty())
        return option.choices.empty() ? "is a choice without choices" : "has choices but is not a choice";
    for (auto choice = option.choices.begin(); choice != option.choices.end(); ++choice)
        if (choice->empty() || std::find(option.choices.begin(), choice, *choice) != choice)
            return "has an empty or repeated choice";
    if ((type == RELEVE_OPTION_CONNECTION) == option.connection.empty())
        return option.connection.empty() ? "does not say which component its connection is of"
                                         : "names a connection but is not one";
    return {};
}

std::string refusal_at(const description& option, const descriptions& before, const std::string& path, int depth) {
    const auto name = "option " + in_quotes(path);
    const bool top = depth == 0;
    if (!is_key(option.key)) return name + ": a key has lower case letters, digits and '_', and begins with a letter";
    const bool hosts = std::find(host_keys().begin(), host_keys().end(), option.key) != host_keys().end();
    if (top && hosts && option.type != RELEVE_OPTION_INTERVAL) return name + " belongs to the host";
    if (std::any_of(before.begin(), before.end(), [&](const auto& other) { return other.key == option.key; }))
        return name + " is described twice";
    if (option.help.empty()) return name + " has no help";
    if (const auto wrong = type_problem(option, top); !wrong.empty()) return name + " " + wrong;

    const bool tables = option.type == RELEVE_OPTION_TABLE ||
                        (option.type == RELEVE_OPTION_LIST && option.item_type == RELEVE_OPTION_TABLE);
    if (!tables && !option.fields.empty()) return name + " has fields but is not a table";
    if (tables && depth >= deepest_table)
        return name + " is a table too deep: " + std::to_string(deepest_table) + " are allowed";
    if (tables && option.fields.empty()) return name + " is a table without fields";
    descriptions fields;
    for (const auto& field : option.fields) {
        auto field_path = path;
        field_path += '.';
        field_path += field.key;
        auto wrong = refusal_at(field, fields, field_path, depth + 1);
        if (!wrong.empty()) return wrong;
        fields.push_back(field);
    }
    for (const auto& wrong : {bounds_problem(option), fallback_problem(option), example_problem(option)})
        if (!wrong.empty()) return (name + ' ').append(wrong);
    return {};
}

} // namespace

toml::table as_written(const description& option, const std::string& fallback) {
    switch (option.type) {
    case RELEVE_OPTION_INTEGER:
    case RELEVE_OPTION_NUMBER:
    case RELEVE_OPTION_BOOLEAN:
    case RELEVE_OPTION_LIST:
    case RELEVE_OPTION_TABLE: {
        auto parsed = toml::parse("value = " + fallback);
        if (parsed.size() != 1 || parsed.get("value") == nullptr) parsed = toml::parse("value = ");
        return parsed;
    }
    default:
        return toml::table{{"value", fallback}};
    }
}

std::string refusal(const description& option, const descriptions& before) {
    return refusal_at(option, before, option.key, 0);
}

} // namespace releve::options
