// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_codes.hpp"
#include "cli/site.hpp"
#include "commands.hpp"
#include "control/json_text.hpp"

#include <releve/kit/text/printable.hpp>

#include <boost/json.hpp>

#include <iostream>

namespace releve::core {

namespace {

std::string count_of(std::size_t n, const char* what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

std::string summary(const pipeline_file& pipeline) {
    std::size_t sources = 0, transforms = 0, sinks = 0;
    for (const auto& one : pipeline.nodes)
        ++(one.kind == section_kind::source ? sources : one.kind == section_kind::sink ? sinks : transforms);
    auto text = count_of(sources, "source") + ", ";
    if (transforms != 0) text += count_of(transforms, "transform") + ", ";
    return text + count_of(sinks, "sink");
}

int check_online(site& checked, bool json) {
    boost::json::array nodes;
    bool all_there = true;
    for (const auto& one : checked.pipeline->probe()) {
        const auto state = !one.probes ? "can't tell" : one.why.empty() ? "there" : "not there";
        all_there = all_there && one.why.empty();
        if (json)
            nodes.push_back({{"node", one.node}, {"state", state}, {"why", one.why}});
        else
            std::cout << one.node << ": " << state << (one.why.empty() ? "" : ": " + kit::printable(one.why)) << "\n";
    }
    if (json) std::cout << json_text(boost::json::object{{"nodes", nodes}}) << "\n";
    return all_there ? exit_ok : exit_not_there;
}

} // namespace

int command_check(const arguments& given) {
    namespace po = boost::program_options;
    po::options_description options{"options"};
    options.add_options()("help,h", "show this help")(
        "online", "also ask each node whether its device answers (connects, moves no data)")("json", "print JSON")(
        "file", po::value<std::string>()->required(), "the pipeline file");
    po::positional_options_description positional;
    positional.add("file", 1);
    po::variables_map values;
    int code = exit_ok;
    if (!parse(given, options, positional, "usage: releve check [--online] [--json] FILE\n", values, code)) return code;

    const bool json = values.count("json") != 0;
    site checked{values["file"].as<std::string>(), "warning", {}};
    if (!checked.good()) {
        checked.print_mistakes(json ? std::cout : std::cerr, json);
        return exit_bad_file;
    }
    if (values.count("online") != 0) return check_online(checked, json);
    if (json)
        checked.print_mistakes(std::cout, true);
    else
        std::cout << kit::printable(checked.file.pipeline.path.string()) << ": good (" << summary(checked.file.pipeline)
                  << ")\n";
    return exit_ok;
}

} // namespace releve::core
