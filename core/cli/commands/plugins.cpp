// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_codes.hpp"
#include "commands.hpp"
#include "control/json_text.hpp"
#include "plugin/catalogue.hpp"

#include <releve/kit/text/printable.hpp>

#include <boost/json.hpp>

#include <iostream>

namespace releve::core {

namespace {

std::string_view role(std::uint32_t roles) {
    switch (roles) {
    case RELEVE_MAKES:
        return "makes";
    case RELEVE_TAKES:
        return "takes";
    case RELEVE_MAKES | RELEVE_TAKES:
        return "takes and makes";
    case RELEVE_CONNECTION:
        return "connection";
    default:
        return "unknown role";
    }
}

void print_json(const catalogue& all) {
    boost::json::array plugins, refused;
    for (const auto& one : all.plugins()) {
        boost::json::array components;
        for (const auto& c : one.components) components.push_back({{"name", c.name}, {"role", role(c.roles)}});
        plugins.push_back({{"name", one.name},
                           {"version", one.version},
                           {"licence", one.licence},
                           {"abi", std::to_string(one.abi_major) + "." + std::to_string(one.abi_minor)},
                           {"file", one.file.string()},
                           {"components", std::move(components)}});
    }
    for (const auto& one : all.refused()) refused.push_back({{"file", one.file.string()}, {"why", one.why}});
    std::cout << json_text(boost::json::object{{"plugins", plugins}, {"refused", refused}}) << "\n";
}

} // namespace

int command_plugins(const arguments& given) {
    namespace po = boost::program_options;
    po::options_description options{"options"};
    options.add_options()("help,h", "show this help")("json", "print JSON")(
        "folders", "print the folders that are searched, as RELEVE_PLUGINS takes them");
    po::variables_map values;
    int code = exit_ok;
    if (!parse(given, options, {}, "usage: releve plugins [--json | --folders]\n", values, code)) return code;

    if (values.count("folders") != 0) {
        std::string joined;
        for (const auto& folder : default_plugin_folders()) (joined += joined.empty() ? "" : ":") += folder.string();
        return std::cout << joined << "\n", exit_ok;
    }
    const catalogue all{default_plugin_folders()};
    if (values.count("json") != 0) return print_json(all), exit_ok;
    for (const auto& one : all.plugins()) {
        std::cout << kit::printable(one.name + " " + one.version + "  (" + one.file.string() + ")") << "\n";
        for (const auto& c : one.components)
            std::cout << "  " << c.name << std::string(c.name.size() < 20 ? 20 - c.name.size() : 1, ' ')
                      << role(c.roles) << "\n";
    }
    for (const auto& one : all.refused()) std::cout << "can't be used: " << kit::printable(one.why) << "\n";
    if (all.plugins().empty()) {
        std::cout << "no plugins found in";
        if (all.folders().empty()) std::cout << " any folder: RELEVE_PLUGINS names none";
        for (const auto& folder : all.folders()) std::cout << " " << kit::printable(folder.string());
        std::cout << " (set RELEVE_PLUGINS for other folders)\n";
    }
    return exit_ok;
}

} // namespace releve::core
