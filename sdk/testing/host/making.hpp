// SPDX-License-Identifier: Apache-2.0
// Creates nodes and connections from TOML.
#pragma once
#include "world.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace releve::testing {

/// The name of the component's section in the text; empty when the text is the options alone. Throws bad_options.
std::string section_name(std::string_view text, std::string_view component);
/// Reads the options of `of` from the text; returns their mistakes. Throws bad_options when the text is not TOML.
std::vector<problem> read_options(fake& of, std::string_view text);
/// Sets the objects of its connections in its options.
void connect(fake& of);
/// The options that create refused with bad_option, at their positions in the text.
problem refused_option(const fake& of, const std::string& path, const std::string& why);

/// `of` has its options. Throws bad_options with `problems` and the refusals of create; std::runtime_error when create
/// fails in another way.
void create(site::world& in, worker& on, fake& of, std::vector<problem> problems);
/// Nothing when it is not alive.
void destroy(site::world& in, worker& on, fake& of);

} // namespace releve::testing
