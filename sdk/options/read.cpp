// SPDX-License-Identifier: Apache-2.0
#include "reader.hpp"
#include "words.hpp"

#include <algorithm>

namespace releve::options {

namespace {

std::string joined(const std::string& path, std::string_view key) {
    return path.empty() ? std::string(key) : path + "." + std::string(key);
}

bool is_host_key(std::string_view key) {
    const auto& keys = host_keys();
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

const description* find(const descriptions& described, std::string_view key) {
    const auto found =
        std::find_if(described.begin(), described.end(), [&](const auto& option) { return option.key == key; });
    return found != described.end() ? &*found : nullptr;
}

bool needs_something(const descriptions& fields) {
    return std::any_of(fields.begin(), fields.end(), [](const auto& field) { return field.required(); });
}

std::string what_to_add(const description& option) {
    auto text = "add '" + option.key;
    if (option.type == RELEVE_OPTION_CONNECTION)
        return text + " = \"NAME\"', of a [connection.NAME] with component " + in_quotes(option.connection);
    if (option.example)
        text += " = " + *option.example + "'";
    else
        text += "', " + with_article(type_name(option));
    return text + ": " + option.help;
}

} // namespace

bool reader::refuse(const spot& at, std::string what, std::string help) {
    problems_.push_back({at.where, std::move(what), std::move(help)});
    return false;
}

std::string reader::whose(const spot& table) const {
    if (!table.path.empty()) return " in " + in_quotes(table.path);
    return settings_.owner.empty() ? std::string() : " in " + settings_.owner;
}

void reader::report_unknown(const toml::table& given, const spot& at, const descriptions& described,
                            std::set<std::string>& meant) {
    using undescribed = read_settings::undescribed;
    const bool top = at.path.empty();
    if (top && settings_.ignored_keys == undescribed::all) return;
    const bool hosts = top && settings_.ignored_keys == undescribed::host_keys;
    std::vector<std::string> names;
    for (const auto& option : described) names.push_back(option.key);
    auto candidates = names;
    if (hosts)
        for (const auto key : host_keys()) candidates.emplace_back(key);

    for (const auto& [key, value] : given) {
        if (find(described, key.str()) != nullptr || (hosts && is_host_key(key.str()))) continue;
        const auto near = nearest(key.str(), candidates);
        meant.insert(near);
        if (const auto* option = find(described, near); option != nullptr && option->type == RELEVE_OPTION_SECRET)
            hide(value);
        else if (!near.empty() && !names_a_secret(key.str()))
            show(value);
        // The host's own keys are not suggested for an option of the component.
        auto help = near.empty() ? did_you_mean(key.str(), names) : "did you mean " + in_quotes(near) + "?";
        if (names.empty() && near.empty()) help = "it has no options";
        refuse({position_of(key.source()), {}}, "no option " + in_quotes(key.str()) + whose(at), std::move(help));
    }
}

void reader::read_table(releve_value& value, const toml::table* given, const spot& at, const descriptions& described) {
    std::set<std::string> meant;
    if (given != nullptr) report_unknown(*given, at, described, meant);

    auto& fields = into_.items.emplace_back();
    fields.reserve(described.size());
    for (const auto& option : described) {
        auto& field = into_.make(option.type, option.key);
        fields.push_back(&field);
        spot field_at{at.where, joined(at.path, option.key)};
        const auto found = given != nullptr ? given->find(option.key) : toml::table::const_iterator{};
        if (given != nullptr && found != given->end()) {
            field_at.where = position_of(found->first.source());
            if (!rehearsing_) into_.positions[field_at.path] = field_at.where;
            field.given = 1;
            read_value(field, option, found->second, field_at);
        } else {
            // A misspelt key is reported once: the option is not also reported as missing.
            read_absent(field, option, at, given != nullptr && !meant.contains(option.key));
        }
    }
    value.count = static_cast<std::uint32_t>(fields.size());
    value.items = fields.data();
}

void reader::read_absent(releve_value& value, const description& option, const spot& at, bool may_be_missing) {
    if (option.required() && may_be_missing)
        refuse(at, "option " + in_quotes(option.key) + " is missing" + whose(at), what_to_add(option));
    std::vector<problem> ignored; // refusal() made sure that there are none
    reader rehearsal(settings_, into_, ignored, true);
    const spot nowhere{{}, joined(at.path, option.key)};
    if (option.fallback)
        rehearsal.read_value(value, option, *as_written(option, *option.fallback).get("value"), nowhere);
    else if (option.type == RELEVE_OPTION_TABLE && !needs_something(option.fields))
        rehearsal.read_table(value, nullptr, nowhere, option.fields);
}

bool reader::read_value(releve_value& value, const description& option, const toml::node& given, const spot& at) {
    if (option.type == RELEVE_OPTION_LIST) return read_list(value, option, given, at);
    return read_item(value, option, option.type, given, at) && within_bounds(option, option.type, value, at);
}

bool reader::read_list(releve_value& value, const description& option, const toml::node& given, const spot& at) {
    const auto* list = given.as_array();
    if (list == nullptr) {
        problems_.push_back(wrong_type(option, RELEVE_OPTION_LIST, given, at));
        return false;
    }
    bool good = true;
    auto& items = into_.items.emplace_back();
    items.reserve(list->size());
    for (std::size_t i = 0; i < list->size(); ++i) {
        auto& item = into_.make(option.item_type, {});
        items.push_back(&item);
        item.given = value.given;
        const auto& element = (*list)[i];
        spot item_at{at.where, at.path + "[" + std::to_string(i) + "]"};
        if (!rehearsing_) into_.positions[item_at.path] = item_at.where = position_of(element.source());
        good = read_item(item, option, option.item_type, element, item_at) && good;
    }
    value.count = static_cast<std::uint32_t>(items.size());
    value.items = items.data();
    return within_bounds(option, RELEVE_OPTION_LIST, value, at) && good;
}

bool reader::read_item(releve_value& value, const description& option, std::uint32_t type, const toml::node& given,
                       const spot& at) {
    if (type != RELEVE_OPTION_TABLE) return read_scalar(value, option, type, given, at);
    const auto* table = given.as_table();
    if (table == nullptr) {
        problems_.push_back(wrong_type(option, type, given, at));
        return false;
    }
    const auto before = problems_.size();
    read_table(value, table, at, option.fields);
    return problems_.size() == before;
}

void reader::show(const toml::node& value) {
    if (rehearsing_ || value.is_table()) return;
    if (const auto* list = value.as_array())
        for (const auto& one : *list) show(one);
    else
        into_.shown.push_back(position_of(value.source()));
}

void reader::hide(const toml::node& value) {
    if (rehearsing_ || value.is_table() || value.is_array()) return;
    const auto& region = value.source();
    constexpr std::uint32_t to_the_end = 1'000'000;
    for (auto line = region.begin.line; line <= region.end.line && line > 0; ++line) {
        position part{line, line == region.begin.line ? region.begin.column : 1, to_the_end};
        if (line == region.end.line) part.length = std::max(1U, region.end.column - part.column);
        into_.hidden.push_back(part);
    }
}

values read(const toml::table& section, const descriptions& described, const read_settings& settings,
            std::vector<problem>& problems) {
    values made;
    auto& into = *made.storage_;
    into.section = position_of(section.source());
    into.root->given = into.section.line > 0 ? 1 : 0;
    std::vector<problem> found;
    reader(settings, into, found).read_table(*into.root, &section, {into.section, {}}, described);
    std::stable_sort(found.begin(), found.end(), [](const problem& a, const problem& b) {
        return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
    });
    problems.insert(problems.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
    return made;
}

} // namespace releve::options
