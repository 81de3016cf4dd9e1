// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/program_options.hpp>

#include <filesystem>

namespace releve::core {

/// Adds --socket and the pipeline file: either says where the socket of the running site is.
void add_socket_options(boost::program_options::options_description& to);
/// Throws boost::program_options::error when neither was given, std::runtime_error when the file can't be read.
std::filesystem::path socket_of(const boost::program_options::variables_map& values);

} // namespace releve::core
