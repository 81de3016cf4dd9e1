// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_codes.hpp"
#include "cli/service.hpp"
#include "commands.hpp"
#include "control/client.hpp"
#include "control_socket.hpp"

#include <releve/kit/text/printable.hpp>

#include <boost/json.hpp>

#include <iomanip>
#include <iostream>
#include <sstream>

namespace releve::core {

namespace {

namespace json = boost::json;

/// 2026-01-01T00:00:00.000Z  linky  power{site="x"}  4063 V.A  (suspect)
std::string line_of(const json::value& record) {
    const auto text = [&](const char* key) { return json::value_to<std::string>(record.at(key)); };
    std::string line = text("time") + "  " + text("node") + "  " + text("series") + "{";
    const char* between = "";
    for (const auto& [key, value] : record.at("labels").as_object()) {
        line += between;
        line += std::string_view{key.data(), key.size()};
        line += "=" + json::serialize(value);
        between = ", ";
    }
    line += "}  ";
    const auto& value = record.at("value");
    if (value.is_null()) return line + "absent";
    if (value.is_string())
        line += text("value");
    else
        line += (std::ostringstream{} << std::setprecision(12) << json::value_to<double>(value)).str();
    if (const auto unit = text("unit"); !value.is_string() && !unit.empty() && unit != "1") line += " " + unit;
    const auto quality = text("quality");
    return quality == "good" ? line : line + "  (" + quality + ")";
}

void print(std::string_view line) {
    const auto record = json::parse(json::string_view{line.data(), line.size()});
    if (const auto* dropped = record.as_object().if_contains("dropped"))
        std::cerr << "releve: " << *dropped << " records are not shown: they came faster than this output takes them\n";
    else
        std::cout << kit::printable(line_of(record)) << "\n";
}

} // namespace

int command_tap(const arguments& given) {
    namespace po = boost::program_options;
    po::options_description options{"options"};
    options.add_options()("help,h", "show this help")("json", "one JSON object per record")(
        "series", po::value<std::string>()->default_value(""),
        "only series whose name or identity matches this pattern: 'temperature', '*{*channel=\"tic1\"*'")(
        "node", po::value<std::string>()->required(), "the node, or a pattern of nodes");
    add_socket_options(options);
    po::positional_options_description positional;
    positional.add("node", 1).add("file", 1);
    po::variables_map values;
    int code = exit_ok;
    if (!parse(given, options, positional,
               "usage: releve tap [--series PATTERN] [--json] NODE FILE | NODE --socket PATH\n\nShows what the node "
               "makes, "
               "or what is given to a sink, until Ctrl-C. Patterns: docs/patterns.md.\n",
               values, code))
        return code;
    const bool as_json = values.count("json") != 0;
    const signals asked;
    const auto end = control_client{socket_of(values)}.tap(
        values["node"].as<std::string>(), values["series"].as<std::string>(), asked.fd(), [&](std::string_view line) {
            if (as_json)
                std::cout << kit::printable(line) << "\n"; // the host has escaped all: another server may not have
            else
                print(line);
            std::cout.flush();
            return std::cout.good(); // false: the reader has closed
        });
    if (end == control_client::ended::by_host) std::cerr << "releve: the site has stopped\n";
    return exit_ok;
}

} // namespace releve::core
