// SPDX-License-Identifier: Apache-2.0
// The commands of the program. Each parses its own arguments, prints to stdout, reports errors on stderr, and returns
// an exit_code.
#pragma once
#include <boost/program_options.hpp>

#include <string>
#include <vector>

namespace releve::core {

using arguments = std::vector<std::string>;

int command_run(const arguments& given);
int command_check(const arguments& given);
int command_plugins(const arguments& given);
int command_describe(const arguments& given);
int command_reload(const arguments& given);
int command_status(const arguments& given);
int command_tap(const arguments& given);
int command_dead_letters(const arguments& given);
int command_new(const arguments& given);
int command_version(const arguments& given);

/// Parses `given`; on --help prints `usage` and the options and returns exit_ok in `code`; throws
/// boost::program_options::error.
bool parse(const arguments& given, const boost::program_options::options_description& options,
           const boost::program_options::positional_options_description& positional, const char* usage,
           boost::program_options::variables_map& into, int& code);

} // namespace releve::core
