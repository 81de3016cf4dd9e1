// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/program_options.hpp>

#include <filesystem>

namespace releve::core {

/// Adds --socket and the pipeline file, of which either tells where the running site is asked.
void add_socket_options(boost::program_options::options_description& to);
/// Throws boost::program_options::error when neither was given, std::runtime_error when the file can't be read.
std::filesystem::path socket_of(const boost::program_options::variables_map& values);

} // namespace releve::core
