// SPDX-License-Identifier: Apache-2.0
#include "describe.hpp"
#include "cli/exit_codes.hpp"
#include "commands.hpp"
#include "control/json_text.hpp"
#include "plugin/catalogue.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/string.hpp>

#include <boost/json.hpp>

#include <iostream>

namespace releve::core {

namespace {

boost::json::array json_of(const options::descriptions& all) {
    boost::json::array made;
    for (const auto& one : all) {
        boost::json::object o{
            {"key", one.key}, {"type", options::type_name(one)}, {"help", one.help}, {"required", one.required()}};
        if (one.fallback) o["default"] = *one.fallback;
        if (one.minimum) o["minimum"] = *one.minimum;
        if (one.maximum) o["maximum"] = *one.maximum;
        if (!one.unit.empty()) o["unit"] = one.unit;
        if (!one.connection.empty()) o["connection"] = one.connection;
        if (!one.choices.empty()) o["choices"] = boost::json::array(one.choices.begin(), one.choices.end());
        if (!one.fields.empty()) o["fields"] = json_of(one.fields);
        made.push_back(std::move(o));
    }
    return made;
}

} // namespace

int command_describe(const arguments& given) {
    namespace po = boost::program_options;
    po::options_description options{"options"};
    options.add_options()("help,h", "show this help")("json", "print JSON")(
        "markdown", "print as a table for a README")("component", po::value<std::string>()->required(),
                                                     "the component");
    po::positional_options_description positional;
    positional.add("component", 1);
    po::variables_map values;
    int code = exit_ok;
    if (!parse(given, options, positional, "usage: releve describe [--json | --markdown] COMPONENT\n", values, code))
        return code;

    const auto name = values["component"].as<std::string>();
    catalogue all{default_plugin_folders()};
    if (all.find(name) == nullptr) {
        if (const auto* refused = all.refused_for(name)) {
            std::cerr << "releve: " << kit::printable(refused->why) << "\n";
            return exit_failed;
        }
        std::cerr << "releve: no plugin has a component '" << kit::printable(name) << "'";
        if (const auto meant = options::nearest(name, all.component_names()); !meant.empty())
            std::cerr << "; did you mean '" << meant << "'?";
        std::cerr << "\nreleve plugins lists them\n";
        return exit_failed;
    }
    const auto& what = all.load(name);
    if (values.count("json") != 0) {
        const boost::json::object made{{"component", name},
                                       {"summary", boost::json::string{view(what.abi->summary)}},
                                       {"plugin", what.plugin.name},
                                       {"version", what.plugin.version},
                                       {"makes", what.makes()},
                                       {"takes", what.takes()},
                                       {"connection", what.connection()},
                                       {"options", json_of(what.options)}};
        std::cout << json_text(made) << "\n";
    } else if (values.count("markdown") != 0) {
        std::cout << kit::printable_lines(options::table_markdown(what.options));
    } else {
        std::cout << name << ": " << kit::printable(view(what.abi->summary)) << "\nfrom plugin " << what.plugin.name
                  << " " << what.plugin.version << " (" << kit::printable(what.plugin.file.string()) << ")\n\n"
                  << (what.options.empty() ? "no options\n" : kit::printable_lines(options::table_text(what.options)));
    }
    return exit_ok;
}

} // namespace releve::core
