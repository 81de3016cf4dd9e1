// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_codes.hpp"
#include "commands.hpp"
#include "control/client.hpp"
#include "control_socket.hpp"

#include <releve/kit/text/printable.hpp>

#include <iostream>

namespace releve::core {

int command_reload(const arguments& given) {
    namespace po = boost::program_options;
    po::options_description options{"options"};
    options.add_options()("help,h", "show this help");
    add_socket_options(options);
    po::positional_options_description positional;
    positional.add("file", 1);
    po::variables_map values;
    int code = exit_ok;
    if (!parse(given, options, positional, "usage: releve reload FILE | --socket PATH\n", values, code)) return code;
    constexpr unsigned good = 200, mistakes = 422;
    const auto answer = control_client{socket_of(values)}.post("/reload");
    if (answer.status == good) {
        std::cout << kit::printable_lines(answer.body);
        return exit_ok;
    }
    std::cerr << (answer.status == mistakes ? "" : "releve: ") << kit::printable_lines(answer.body);
    return answer.status == mistakes ? exit_bad_file : exit_failed;
}

} // namespace releve::core
