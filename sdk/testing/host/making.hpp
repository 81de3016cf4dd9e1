// SPDX-License-Identifier: Apache-2.0
// Making nodes and connections from TOML.
#pragma once
#include "world.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace releve::testing {

/// Throws bad_options.
toml::table parse(std::string_view text);

struct section {
    std::string name; // empty: the text is the options alone
    toml::table options;
};
/// The section of a component, or the whole text when it has no sections. Throws bad_options.
section pick_section(const toml::table& text, std::string_view component);

options::values read_values(site::world& in, const releve_component& of, const toml::table& section,
                            std::vector<problem>& problems);

/// `of` has its values. Throws bad_options with `problems` and those that create finds; std::runtime_error when create
/// fails in another way.
void create(site::world& in, worker& on, fake& of, std::vector<problem> problems);
/// Nothing when it is not alive.
void destroy(site::world& in, worker& on, fake& of);

} // namespace releve::testing
