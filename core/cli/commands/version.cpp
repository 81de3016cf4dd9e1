// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_codes.hpp"
#include "commands.hpp"

#include <releve/abi.h>

#include <iostream>

namespace releve::core {

int command_version(const arguments& given) {
    namespace po = boost::program_options;
    po::options_description options{"options"};
    options.add_options()("help,h", "show this help")("json", "print JSON");
    po::variables_map values;
    int code = exit_ok;
    if (!parse(given, options, {}, "usage: releve version [--json]\n", values, code)) return code;
    if (values.count("json") != 0)
        std::cout << R"({"version":")" RELEVE_VERSION R"(","abi":")" RELEVE_ABI_VERSION "\"}\n";
    else
        std::cout << "releve " RELEVE_VERSION ", plugin contract " RELEVE_ABI_VERSION "\n";
    return exit_ok;
}

} // namespace releve::core
