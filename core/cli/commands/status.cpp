// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"
#include "cli/exit_codes.hpp"
#include "cli/status_table.hpp"
#include "commands.hpp"
#include "control/client.hpp"
#include "control_socket.hpp"

#include <releve/kit/text/printable.hpp>

#include <unistd.h>

#include <iostream>

namespace releve::core {

int command_status(const arguments& given) {
    namespace po = boost::program_options;
    po::options_description options{"options"};
    options.add_options()("help,h", "show this help")("json", "print JSON");
    add_socket_options(options);
    po::positional_options_description positional;
    positional.add("file", 1);
    po::variables_map values;
    int code = exit_ok;
    if (!parse(given, options, positional, "usage: releve status [--json] FILE | --socket PATH\n", values, code))
        return code;
    const auto answer = control_client{socket_of(values)}.get("/status");
    if (answer.status != 200) {
        std::cerr << "releve: " << kit::printable_lines(answer.body);
        return exit_failed;
    }
    std::cout << (values.count("json") != 0 ? kit::printable_lines(answer.body)
                                            : status_table(answer.body, wants_colour(STDOUT_FILENO)));
    return exit_ok;
}

} // namespace releve::core
