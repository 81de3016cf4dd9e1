// SPDX-License-Identifier: Apache-2.0
// The sections of a pipeline file, before anybody looks into them.
#pragma once
#include "pipeline_file.hpp"

#include <string>
#include <vector>

namespace releve::core {

using problems = std::vector<options::problem>;

/// [source.NAME] and its like.
struct found_section {
    node_section::kind is = node_section::kind::source;
    std::string name;
    const toml::table* table = nullptr;
    options::position header;   // "[source.NAME]"
    options::position name_at;  // "NAME"
    std::string component = {}; // as it stands there; empty: none, or no string
};

struct found_sections {
    const toml::table* site = nullptr;
    std::vector<found_section> connections, nodes; // in the file's order
};

/// Adds what is no section, has no good name or the name of another node to the problems.
found_sections find_sections(const toml::table& root, problems& found);

/// A name of a site or a node: letters, digits, '_' and '-'. Why it is none; empty: it is one.
std::string fault_of_name(std::string_view name);

} // namespace releve::core
