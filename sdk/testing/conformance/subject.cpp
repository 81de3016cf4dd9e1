// SPDX-License-Identifier: Apache-2.0
#include "subject.hpp"

#include "../host/described.hpp"
#include "../host/world.hpp"

#include <cstdlib>
#include <sstream>

using namespace std::chrono_literals;

namespace releve::conformance {

namespace {

std::string to_text(const toml::table& of) {
    std::ostringstream text;
    text << of << '\n';
    return text.str();
}

/// Good options from the component's description: required ones get their example. Nothing when one lacks it.
std::optional<std::string> from_examples(const testing::described& of, const std::string& connection_name) {
    std::string text;
    for (const auto& one : of.options) {
        if (!one.required()) continue;
        if (one.type == RELEVE_OPTION_CONNECTION)
            text += one.key + " = \"" + connection_name + "\"\n";
        else if (one.example)
            text += one.key + " = " + *one.example + "\n";
        else
            return std::nullopt;
    }
    return text;
}

std::optional<sample_section> from_examples(const testing::plugin& plugin, const releve_component& of) {
    sample_section made;
    const auto& described = plugin.shared()->describe(of);
    for (const auto& one : described.options) {
        if (one.type != RELEVE_OPTION_CONNECTION) continue;
        const auto options = from_examples(plugin.shared()->describe(plugin.component(one.connection)), "shared");
        if (!options) return std::nullopt;
        made.connections = "[connection.shared]\ncomponent = \"" + one.connection + "\"\n" + *options;
    }
    const auto options = from_examples(described, "shared");
    if (!options) return std::nullopt;
    made.options = *options;
    return made;
}

/// A secret from the environment, { env = "NAME" }, is set here if it is not: the check is not about secrets.
void set_secrets(const toml::node& in) {
    if (const auto* list = in.as_array())
        for (const auto& one : *list) set_secrets(one);
    const auto* table = in.as_table();
    if (table == nullptr) return;
    if (const auto name = (*table)["env"].value<std::string>(); name && table->size() == 1)
        ::setenv(name->c_str(), "conformance", 0); // NOLINT(concurrency-mt-unsafe): before any thread
    for (const auto& [key, one] : *table) set_secrets(one);
}

} // namespace

std::optional<sample_section> read_sample(const std::filesystem::path& file, std::string_view component) {
    toml::table all;
    try {
        all = toml::parse_file(file.string());
    } catch (const toml::parse_error& e) {
        throw std::runtime_error(file.string() + ":" + std::to_string(e.source().begin.line) + ": " +
                                 std::string{e.description()});
    }
    set_secrets(all);
    sample_section found;
    if (const auto* connections = all["connection"].as_table())
        found.connections = to_text(toml::table{{"connection", *connections}});
    for (const auto* kind : {"source", "transform", "sink", "connection"}) {
        const auto* sections = all[kind].as_table();
        if (sections == nullptr) continue;
        for (const auto& [name, one] : *sections) {
            const auto* table = one.as_table();
            if (table == nullptr || (*table)["component"].value_or(std::string_view{}) != component) continue;
            found.options = to_text(*table);
            return found;
        }
    }
    return std::nullopt;
}

subject::subject(std::filesystem::path plugin_file, std::optional<std::filesystem::path> sample_file,
                 std::string_view name)
    : file{std::move(plugin_file)}
    , sample{std::move(sample_file)}
    , component{name}
    , plugin{file}
    , abi{&plugin.component(name)} {
    if (sample)
        good = read_sample(*sample, component);
    else if (plugin.description_mistakes(component).empty())
        good = from_examples(plugin, *abi);
}

testing::setup alone() {
    testing::setup with;
    with.peer_timeout = 20ms;
    with.folder = std::filesystem::current_path();
    return with;
}

testing::records something_of_everything(const testing::upstream& from, testing::site& at) {
    auto up = from;
    const auto now = at.now();
    const auto temperature = up.gauge("temperature", "Cel", {{"channel", "1"}});
    const auto energy = up.counter("energy", "Wh", {{"channel", "1"}});
    const auto period = up.text("tariff_period");
    const auto tap = up.event("tap");
    const auto target = up.setting("target", "1");
    return up.batch()
        .add(temperature, 21.5)
        .add(temperature, -1e300, now - 1h, quality::suspect)
        .absent(temperature)
        .add(energy, 9'007'199'254'740'992.0)
        .add(energy, 0, now + 1h, quality::estimated)
        .add(period, "HP")
        .add(period, "")
        .add(period, std::string(10'000, 'x'))
        .add(tap, "open by h\xc3\xa0nd 'quoted\" %s\n")
        .add(target, 1)
        .add(target, "on");
}

void put_to_work(const subject& of, testing::site& at, testing::node& n, work& into) {
    const testing::upstream up{at, "upstream_of_" + n.name()};
    for (int round = 0; round < 3; ++round) {
        const auto started = n.start();
        std::ostringstream text;
        text << started;
        into.start = text.str();
        if (started && of.abi->collect != nullptr)
            for (int i = 0; i < 3; ++i) {
                static_cast<void>(n.collect());
                at.advance(10s);
            }
        if (started && of.abi->run != nullptr) {
            n.run();
            at.advance(1min);
        }
        if (of.abi->process != nullptr)
            for (int i = 0; i < 3; ++i) {
                static_cast<void>(n.process(something_of_everything(up, at)));
                at.advance(1h);
            }
        if (started && of.abi->write != nullptr) {
            const auto one = something_of_everything(up, at);
            static_cast<void>(n.write(one));
            static_cast<void>(n.write_kept());
            static_cast<void>(n.write({one, something_of_everything(up, at)}));
        }
        n.acknowledge();
        static_cast<void>(n.stop());
    }
    into.records = n.emitted().size();
    n.destroy();
    into.misbehaviour = n.misbehaviour();
}

} // namespace releve::conformance
