// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_codes.hpp"
#include "cli/new_plugin.hpp"
#include "commands.hpp"
#include "plugin/catalogue.hpp"

#include <releve/kit/text/printable.hpp>

#include <filesystem>
#include <iostream>

namespace releve::core {

int command_new(const arguments& given) {
    namespace po = boost::program_options;
    po::options_description options{"options"};
    options.add_options()("help,h", "show this help")("in", po::value<std::string>()->default_value("."),
                                                      "the folder to write it in")(
        "streaming", "a source that listens to a serial port or a TCP peer, instead of being polled")(
        "role", po::value<std::string>()->required(), "source, sink or transform")(
        "name", po::value<std::string>()->required(), "lower case letters, digits and '_'");
    po::positional_options_description positional;
    positional.add("role", 1).add("name", 1);
    po::variables_map values;
    int code = exit_ok;
    if (!parse(given, options, positional, "usage: releve new source|sink|transform NAME [--streaming] [--in FOLDER]\n",
               values, code))
        return code;

    const auto name = values["name"].as<std::string>();
    const auto into = std::filesystem::path{values["in"].as<std::string>()} / name;
    try {
        write_new_plugin(values["role"].as<std::string>(), values.count("streaming") != 0, name, into);
    } catch (const std::exception& e) { // a bad role or name, or a folder that exists
        std::cerr << "releve new: " << kit::printable(e.what()) << "\n";
        return exit_usage;
    }
    const catalogue known{default_plugin_folders()};
    for (const auto& one : known.plugins())
        for (const auto& c : one.components)
            if (c.name == name)
                std::cerr << "releve new: warning: plugin '" << one.name << "' (" << one.file.string()
                          << ") has a component '" << name
                          << "' too, and a host that finds both refuses the second: choose another name, or remove "
                             "that file from the plugin folder\n";
    std::cout << into.string() << " is written; build and test it:\n  cd " << into.string()
              << " && cmake -B build && cmake --build build && ctest --test-dir build\n";
    return exit_ok;
}

} // namespace releve::core
