// SPDX-License-Identifier: Apache-2.0
#include "node.hpp"

#include "calendar.hpp"
#include "component.hpp"
#include "described.hpp"
#include "host_values.hpp"
#include "words.hpp"

#include <algorithm>

namespace releve::core {

using options::in_quotes;
using enum section_kind;

namespace {

std::string a(section_kind kind) { return options::with_article(word_of(kind)); }

/// What the host itself reads in a node's section, except `component` and `interval`.
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
        auto jitter = described(RELEVE_OPTION_DURATION, "jitter", "Maximum random delay of a collection");
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
        auto age = described(RELEVE_OPTION_DURATION, "age", "How long they may wait; 0s: without limit");
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

/// Why one of the host's keys can't be used in this section; empty: it can.
std::string why_not_here(std::string_view key, section_kind kind, const component* component) {
    if (kind == connection) return in_quotes(key) + " has no meaning in a connection";
    if (key == "inputs" && kind == source) return "a source takes no inputs";
    if (key == "queue" && kind == transform) return "a transform has no queue";
    if (key == "spool" && kind != sink) return a(kind) + " has no spool";
    const bool polls = kind == source || kind == sink;
    const bool times = key == "interval" || key == "align" || key == "at" || key == "days" || key == "jitter";
    if (times && !polls) return in_quotes(key) + " has no meaning in " + a(kind);
    if (times && component != nullptr && component->abi->collect == nullptr)
        return in_quotes(key) + " is for components that are polled, and component " +
               in_quotes(options::view(component->abi->name)) + " is not";
    return {};
}

std::string help_for_misplaced(std::string_view key, section_kind kind) {
    if (key == "inputs" && kind == source) return "name the source in the 'inputs' of a transform or a sink";
    return "remove it";
}

/// The host's options that can be used in the section; others that are there are reported.
options::descriptions usable_options(const toml::table& table, section_kind kind, const component* component,
                                     problems& found) {
    options::descriptions kept = host_options();
    for (const auto key : options::host_keys()) {
        if (key == "component") continue;
        auto why = why_not_here(key, kind, component);
        if (why.empty()) continue;
        std::erase_if(kept, [&](const auto& option) { return option.key == key; });
        if (const auto there = table.find(key); there != table.end())
            found.push_back(
                {options::position_of(there->first.source()), std::move(why), help_for_misplaced(key, kind)});
    }
    // `spool = false` is the only other form.
    if (const auto spool = table.find("spool"); spool != table.end() && spool->second.is_boolean())
        for (auto& option : kept)
            if (option.key == "spool") {
                option = described(RELEVE_OPTION_BOOLEAN, "spool", "Whether records that wait are kept on disk");
                option.fallback = "true";
            }
    return kept;
}

/// Also from a text that should have been a list, which is reported elsewhere: the node that it names is not idle.
void read_inputs(read_node& into, const toml::table& table, problems& found) {
    const auto inputs = table.find("inputs");
    if (inputs == table.end()) return;
    into.has_inputs = true;
    if (const auto* list = inputs->second.as_array(); list != nullptr && list->size() > max_inputs) {
        found.push_back({options::position_of(inputs->first.source()),
                         "'inputs' has " + std::to_string(list->size()) + " names, and at most " +
                             std::to_string(max_inputs) + " are allowed",
                         R"(a pattern such as "wes_*" stands for many)"});
        return;
    }
    const auto add = [&](const toml::node& one) {
        if (const auto* name = one.as_string())
            into.inputs.push_back({name->get(), options::position_of(one.source())});
    };
    if (const auto* list = inputs->second.as_array())
        for (const auto& one : *list) add(one);
    else
        add(inputs->second);
}

void read_host_values(node_section& into, const host_values& values) {
    if (values.find("startup") != nullptr)
        into.startup = values.text("startup") == "fail" ? startup_policy::fail : startup_policy::retry;
    if (values.find("align") != nullptr) into.align = values.boolean("align");
    if (values.find("jitter") != nullptr) into.jitter = values.integer("jitter");
    if (const auto queue = values.table("queue")) {
        into.queue_bytes = queue->integer("size");
        into.policy = queue->text("policy") == "drop_oldest" ? queue_policy::drop_oldest : queue_policy::block;
    }
    // Where the oldest may be dropped, nothing needs to be kept on disk.
    const auto* spool = values.find("spool");
    into.spool.on = spool != nullptr && (spool->given != 0 || into.policy == queue_policy::block);
    if (spool == nullptr || spool->given == 0) return;
    if (spool->type == RELEVE_OPTION_BOOLEAN) {
        into.spool.on = spool->integer != 0;
    } else if (const auto table = values.table("spool")) {
        into.spool.size_bytes = table->integer("size");
        into.spool.age = table->integer("age");
        into.spool.blocks = table->text("full") == "block";
        into.spool.first = table->boolean("first");
    }
}

/// Of a polled component, whether it describes one or not.
std::int64_t interval_of(const options::values& values, const toml::table& table, problems& found) {
    const auto key = table.find("interval");
    auto interval = default_interval;
    if (const auto* described = host_values{values.root()}.find("interval")) {
        if (described->given != 0 || described->integer != 0) interval = described->integer;
    } else if (key != table.end()) {
        const auto before = found.size();
        interval = options::read_duration(key->second, options::position_of(key->first.source()), "interval", found)
                       .value_or(0);
        if (found.size() > before) return interval;
    }
    const bool wrong_type = key != table.end() && !key->second.is_string(); // which has been reported
    if (interval == 0 && key != table.end() && !wrong_type && options::parse_duration(key->second.as_string()->get()))
        found.push_back({options::position_of(key->first.source()), "'interval' must be more than 0s", {}});
    return interval;
}

std::vector<std::size_t> indexes_of(const std::vector<std::string>& names, const std::vector<found_section>& sections) {
    std::vector<std::size_t> made;
    for (std::size_t i = 0; i < sections.size(); ++i)
        if (std::find(names.begin(), names.end(), sections[i].name) != names.end()) made.push_back(i);
    return made;
}

/// Whether there is a connection of that name and component; else sets why not.
bool has_connection(const std::vector<found_section>& connections, std::string_view name, std::string_view component,
                    std::string& why, std::string& help) {
    std::vector<std::string> fitting;
    for (const auto& one : connections) {
        if (one.component == component) fitting.push_back(one.name);
        if (one.name != name) continue;
        // One without a component has been reported at its own section.
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
    node.kind = section.kind;
    node.name = section.name;
    node.where = section.header;
    node.component = find_component(section, plugins, found);
    if (node.component != nullptr) {
        node.kind = kind_for(*node.component);
        made.misplaced = node.kind != section.kind;
        if (made.misplaced)
            found.push_back(
                {options::position_of(section.table->find("component")->first.source()),
                 "component " + in_quotes(section.component) + " is " + a(node.kind) + ", not " + a(section.kind),
                 "write [" + std::string(word_of(node.kind)) + "." + section.name + "]"});
        options::read_settings settings{folder, {}, "component " + in_quotes(section.component)};
        settings.has_connection = [&](auto name, auto component, auto& why, auto& help) {
            if (node.kind != connection) return has_connection(connections, name, component, why, help);
            why = "a connection can't use another one";
            return false;
        };
        node.values = options::read(*section.table, node.component->options, settings, found);
        node.connections = indexes_of(node.values.connections(), connections);
    }
    problems ignored; // of a section that is misplaced itself
    const auto host = usable_options(*section.table, node.kind, node.component, made.misplaced ? ignored : found);
    options::read_settings settings{folder, {}, {}};
    settings.ignored_keys = options::read_settings::undescribed::all;
    const auto values = options::read(*section.table, host, settings, found);
    read_inputs(made, *section.table, found);
    read_host_values(node, host_values{values.root()});
    if (node.component != nullptr && node.component->abi->collect != nullptr) {
        node.interval = interval_of(node.values, *section.table, found);
        read_calendar(node, *section.table, found);
    }
    return made;
}

} // namespace releve::core
