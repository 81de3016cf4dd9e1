// SPDX-License-Identifier: Apache-2.0
#include "control_socket.hpp"

#include "config/pipeline_file.hpp"

#include <string>

namespace releve::core {

namespace po = boost::program_options;

void add_socket_options(po::options_description& to) {
    to.add_options()("socket", po::value<std::string>(), "the control socket of the site, instead of FILE")(
        "file", po::value<std::string>(), "the pipeline file of the running site");
}

std::filesystem::path socket_of(const po::variables_map& values) {
    if (values.count("socket") != 0) return values["socket"].as<std::string>();
    if (values.count("file") == 0) throw po::error("which site? Give its pipeline file, or --socket PATH");
    return read_site_of(values["file"].as<std::string>()).control;
}

} // namespace releve::core
