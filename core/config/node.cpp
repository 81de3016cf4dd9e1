// SPDX-License-Identifier: Apache-2.0
#include "node.hpp"

#include "calendar.hpp"
#include "component.hpp"
#include "described.hpp"
#include "words.hpp"

#include <algorithm>

namespace releve::core {

using options::in_quotes;
using kind = node_section::kind;

namespace {

std::string a(kind is) { return options::with_article(word_of(is)); }

/// What the host itself reads in a node's section, but `component` and `interval`.
const options::descriptions& host_options() {
    static const options::descriptions all = [] {
        auto inputs = described(RELEVE_OPTION_LIST, "inputs", "Nodes whose records it takes");
        inputs.minimum = "1";
        inputs.example = "[\"readings\"]";
        auto startup = described(RELEVE_OPTION_CHOICE, "startup", "What to do when it can't start");
        startup.choices = {"retry", "fail"};
        startup.fallback = "retry";
        auto align = described(RELEVE_OPTION_BOOLEAN, "align", "Collect at multiples of the interval since midnight");
        align.fallback = "false";
        auto at = described(RELEVE_OPTION_LIST, "at", "Times of day to collect at, instead of an interval");
        at.minimum = "1";
        at.example = R"(["06:00", "18:30"])";
        auto days = described(RELEVE_OPTION_LIST, "days", "Days to collect on; not given: each");
        days.minimum = "1";
        days.example = R"(["mon", "1", "last"])";
        auto jitter = described(RELEVE_OPTION_DURATION, "jitter", "Collect so much later, at most");
        jitter.fallback = "0s";
        jitter.maximum = "12h";
        auto size = described(RELEVE_OPTION_SIZE, "size", "Bytes that may wait");
        size.fallback = "4MiB";
        size.minimum = "1KiB";
        size.maximum = "1GiB";
        auto policy = described(RELEVE_OPTION_CHOICE, "policy", "What a full queue does");
        policy.choices = {"block", "drop_oldest"};
        policy.fallback = "block";
        auto queue = described(RELEVE_OPTION_TABLE, "queue", "Room for records that wait");
        queue.fields = {size, policy};
        queue.example = R"({ size = "4MiB", policy = "block" })";
        auto bytes = described(RELEVE_OPTION_SIZE, "size", "Bytes that may wait on disk");
        bytes.fallback = "1GiB";
        bytes.minimum = "64KiB";
        auto age = described(RELEVE_OPTION_DURATION, "age", "How long they may wait; 0s: for ever");
        age.fallback = "0s";
        auto full = described(RELEVE_OPTION_CHOICE, "full", "What a full spool does");
        full.choices = {"drop_oldest", "block"};
        full.fallback = "drop_oldest";
        auto spool = described(RELEVE_OPTION_TABLE, "spool", "Room on disk for records that wait");
        auto first = described(RELEVE_OPTION_BOOLEAN, "first", "Whether a record is on disk before it is written");
        first.fallback = "false";
        spool.fields = {bytes, age, full, first};
        spool.example = R"({ size = "1GiB", age = "0s", full = "drop_oldest" })";
        return options::descriptions{inputs, startup, align, at, days, jitter, queue, spool};
    }();
    return all;
}

/// Why a key of the host's has no place in this section; empty: it has.
std::string misplaced(std::string_view key, kind is, const component* what) {
    if (is == kind::connection) return in_quotes(key) + " has no meaning in a connection";
    if (key == "inputs" && is == kind::source) return "a source takes no inputs";
    if (key == "queue" && is == kind::transform) return "a transform has no queue";
    if (key == "spool" && is != kind::sink) return a(is) + " has no spool";
    const bool polls = is == kind::source || is == kind::sink;
    const bool times = key == "interval" || key == "align" || key == "at" || key == "days" || key == "jitter";
    if (times && !polls) return in_quotes(key) + " has no meaning in " + a(is);
    if (times && what != nullptr && what->abi->collect == nullptr)
        return in_quotes(key) + " is for components that are polled, and component " +
               in_quotes(options::view(what->abi->name)) + " is not";
    return {};
}

std::string help_for_misplaced(std::string_view key, kind is) {
    if (key == "inputs" && is == kind::source) return "name the source in the 'inputs' of a transform or a sink";
    return "take it out";
}

/// The host's options that have a place in the section; keys that have none are told.
options::descriptions well_placed(const toml::table& table, kind is, const component* what, problems& found) {
    options::descriptions kept = host_options();
    for (const auto key : options::host_keys()) {
        if (key == "component") continue;
        auto why = misplaced(key, is, what);
        if (why.empty()) continue;
        std::erase_if(kept, [&](const auto& option) { return option.key == key; });
        if (const auto there = table.find(key); there != table.end())
            found.push_back({options::position_of(there->first.source()), std::move(why), help_for_misplaced(key, is)});
    }
    // `spool = false` is the one other form.
    if (const auto spool = table.find("spool"); spool != table.end() && spool->second.is_boolean())
        for (auto& option : kept)
            if (option.key == "spool") {
                option = described(RELEVE_OPTION_BOOLEAN, "spool", "Whether records that wait are kept on disk");
                option.fallback = "true";
            }
    return kept;
}

const releve_value* find(const releve_value& table, std::string_view key) {
    for (std::uint32_t i = 0; i < table.count; ++i)
        if (options::view(table.items[i]->key) == key) return table.items[i];
    return nullptr;
}

/// Also from a text that should have been a list, which is told elsewhere: what it names is not idle.
void take_inputs(read_node& into, const toml::table& table) {
    const auto inputs = table.find("inputs");
    if (inputs == table.end()) return;
    into.has_inputs = true;
    const auto take = [&](const toml::node& one) {
        if (const auto* name = one.as_string())
            into.inputs.push_back({name->get(), options::position_of(one.source())});
    };
    if (const auto* list = inputs->second.as_array())
        for (const auto& one : *list) take(one);
    else
        take(inputs->second);
}

void take_host_values(node_section& into, const options::values& values) {
    const auto& root = values.root();
    if (const auto* startup = find(root, "startup"))
        into.startup = options::view(startup->text) == "fail" ? startup_policy::fail : startup_policy::retry;
    if (const auto* align = find(root, "align")) into.align = align->integer != 0;
    if (const auto* jitter = find(root, "jitter")) into.jitter = jitter->integer;
    if (const auto* queue = find(root, "queue"); queue != nullptr && queue->count == 2) {
        into.queue_bytes = queue->items[0]->integer;
        into.policy =
            options::view(queue->items[1]->text) == "drop_oldest" ? queue_policy::drop_oldest : queue_policy::block;
    }
    // Whoever has the oldest dropped wants no disk for them.
    const auto* spool = find(root, "spool");
    into.spool.on = spool != nullptr && (spool->given != 0 || into.policy == queue_policy::block);
    if (spool == nullptr || spool->given == 0) return;
    if (spool->type == RELEVE_OPTION_BOOLEAN) {
        into.spool.on = spool->integer != 0;
    } else if (spool->count == 4) {
        into.spool.size_bytes = spool->items[0]->integer;
        into.spool.age = spool->items[1]->integer;
        into.spool.blocks = options::view(spool->items[2]->text) == "block";
        into.spool.first = spool->items[3]->integer != 0;
    }
}

/// Of a polled component, described by it or not.
std::int64_t interval_of(const options::values& values, const toml::table& table, problems& found) {
    const auto key = table.find("interval");
    auto interval = default_interval;
    if (const auto* described = find(values.root(), "interval")) {
        if (described->given != 0 || described->integer != 0) interval = described->integer;
    } else if (key != table.end()) {
        const auto before = found.size();
        interval = options::read_duration(key->second, options::position_of(key->first.source()), "interval", found)
                       .value_or(0);
        if (found.size() > before) return interval;
    }
    const bool said = key != table.end() && !key->second.is_string(); // of the wrong type, which has been told
    if (interval == 0 && key != table.end() && !said && options::parse_duration(key->second.as_string()->get()))
        found.push_back({options::position_of(key->first.source()), "'interval' must be more than 0s", {}});
    return interval;
}

std::vector<std::size_t> indexes_of(const std::vector<std::string>& names, const std::vector<found_section>& sections) {
    std::vector<std::size_t> made;
    for (std::size_t i = 0; i < sections.size(); ++i)
        if (std::find(names.begin(), names.end(), sections[i].name) != names.end()) made.push_back(i);
    return made;
}

/// Whether there is a connection of that name and component; else why not.
bool has_connection(const std::vector<found_section>& connections, std::string_view name, std::string_view component,
                    std::string& why, std::string& help) {
    std::vector<std::string> fitting;
    for (const auto& one : connections) {
        if (one.component == component) fitting.push_back(one.name);
        if (one.name != name) continue;
        // Without a component it has been told at its own section.
        if (one.component == component || one.component.empty()) return true;
        why = "connection " + in_quotes(name) + " is of component " + in_quotes(one.component) + ", not " +
              in_quotes(component);
    }
    if (why.empty()) why = "there is no connection " + in_quotes(name);
    help = fitting.empty() ? "add a section [connection.NAME] with 'component = \"" + std::string(component) + "\"'"
                           : options::did_you_mean(name, fitting);
    return false;
}

} // namespace

read_node read_section(const found_section& section, const std::vector<found_section>& connections,
                       const std::filesystem::path& folder, catalogue& plugins, problems& found) {
    read_node made;
    auto& node = made.node;
    node.is = section.is;
    node.name = section.name;
    node.where = section.header;
    node.what = find_component(section, plugins, found);
    if (node.what != nullptr) {
        node.is = role_of(*node.what);
        made.misplaced = node.is != section.is;
        if (made.misplaced)
            found.push_back(
                {options::position_of(section.table->find("component")->first.source()),
                 "component " + in_quotes(section.component) + " is " + a(node.is) + ", not " + a(section.is),
                 "write [" + std::string(word_of(node.is)) + "." + section.name + "]"});
        options::read_settings settings{folder, {}, "component " + in_quotes(section.component)};
        settings.has_connection = [&](auto name, auto component, auto& why, auto& help) {
            if (node.is != kind::connection) return has_connection(connections, name, component, why, help);
            why = "a connection can't use another one";
            return false;
        };
        node.values = options::read(*section.table, node.what->options, settings, found);
        node.connections = indexes_of(node.values.connections(), connections);
    }
    problems unsaid; // of a section that is misplaced itself
    const auto host = well_placed(*section.table, node.is, node.what, made.misplaced ? unsaid : found);
    options::read_settings settings{folder, {}, {}};
    settings.passed_over = options::read_settings::undescribed::all;
    const auto values = options::read(*section.table, host, settings, found);
    take_inputs(made, *section.table);
    take_host_values(node, values);
    if (node.what != nullptr && node.what->abi->collect != nullptr) {
        node.interval = interval_of(node.values, *section.table, found);
        read_calendar(node, *section.table, found);
    }
    return made;
}

} // namespace releve::core
