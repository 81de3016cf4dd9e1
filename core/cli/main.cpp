// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "config/pipeline_file.hpp"
#include "exit_codes.hpp"
#include "options.hpp"
#include "plugin/last_words.hpp"

#include <releve/kit/text/printable.hpp>

#include <array>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string_view>

namespace releve::core {

namespace {

struct command {
    std::string_view name;
    int (*run)(const arguments&);
    std::string_view help;
};

constexpr std::array commands{
    command{"run", command_run, "run a pipeline file until Ctrl-C (--once: collect once, show it, exit)"},
    command{"check", command_check, "find every mistake in a pipeline file (--online: also ask each device)"},
    command{"status", command_status, "show what a running site does: its nodes, their queues, rates and errors"},
    command{"tap", command_tap, "show the records of a node of a running site, live"},
    command{"reload", command_reload, "make a running site read its pipeline file again: only what changed restarts"},
    command{"dead-letters", command_dead_letters, "list, show, replay or drop records that a sink refused for good"},
    command{"plugins", command_plugins, "list the installed plugins, and those that can't be used"},
    command{"describe", command_describe, "show a component's options"},
    command{"new", command_new, "write a plugin's folder: releve new source|sink|transform NAME [--streaming]"},
    command{"version", command_version, "show the version of the program and of the plugin contract"},
};

void print_help(std::ostream& out) {
    out << "releve: data acquisition for meters\n\nusage: releve COMMAND ...\n\n";
    for (const auto& one : commands)
        out << "  " << one.name << std::string(14 - one.name.size(), ' ') << one.help << "\n";
    out << "\nreleve COMMAND --help shows its options. Exit codes: 0 success, 1 failure, 2 wrong usage, 3 mistakes in "
           "the\n"
           "pipeline file, 4 a device does not answer (check --online), 5 a source made no records (run --once).\n";
}

int dispatch(const arguments& given) {
    if (given.empty()) return print_help(std::cerr), exit_usage;
    const auto& name = given.front();
    if (name == "help" || name == "--help" || name == "-h") return print_help(std::cout), exit_ok;
    if (name == "--version") return command_version({});
    std::vector<std::string> names;
    for (const auto& one : commands) {
        if (one.name == name) return one.run({given.begin() + 1, given.end()});
        names.emplace_back(one.name);
    }
    std::cerr << "releve: no command '" << kit::printable(name) << "'";
    if (const auto meant = options::nearest(name, names); !meant.empty())
        std::cerr << "; did you mean '" << meant << "'?";
    std::cerr << "\nreleve help lists the commands\n";
    return exit_usage;
}

} // namespace

bool parse(const arguments& given, const boost::program_options::options_description& options,
           const boost::program_options::positional_options_description& positional, const char* usage,
           boost::program_options::variables_map& into, int& code) {
    namespace po = boost::program_options;
    constexpr auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(given).options(options).positional(positional).style(style).run(), into);
    if (into.count("help") != 0) {
        std::cout << usage << "\n" << options;
        code = exit_ok;
        return false;
    }
    po::notify(into);
    return true;
}

} // namespace releve::core

int main(int argc, char** argv) {
    using namespace releve::core;
    const arguments given{argv + 1, argv + argc};
    const plugin_thread enters_plugins;
    install_last_words();
    try {
        const int code = dispatch(given);
        ends_by_itself();
        return code;
    } catch (const boost::program_options::error& e) {
        ends_by_itself();
        std::cerr << "releve " << given.front() << ": " << releve::kit::printable(e.what()) << "\nreleve "
                  << given.front() << " --help shows the options\n";
        return exit_usage;
    } catch (const not_toml& e) {
        std::cerr << releve::kit::printable_lines(e.what());
        return exit_bad_file;
    } catch (const std::exception& e) {
        ends_by_itself();
        std::cerr << "releve: " << releve::kit::printable_lines(e.what()) << "\n";
        return exit_failed;
    }
}
