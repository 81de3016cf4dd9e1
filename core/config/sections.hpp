// SPDX-License-Identifier: Apache-2.0
// The sections of a pipeline file, before their contents are read.
#pragma once
#include "pipeline_file.hpp"

#include <string>
#include <vector>

namespace releve::core {

using problems = std::vector<options::problem>;

/// [source.NAME] and the like.
struct found_section {
    section_kind kind = section_kind::source;
    std::string name;
    const toml::table* table = nullptr;
    options::position header;   // "[source.NAME]"
    options::position name_at;  // "NAME"
    std::string component = {}; // as written there; empty: missing, or not a string
};

struct found_sections {
    const toml::table* site = nullptr;
    std::vector<found_section> connections, nodes; // in the file's order
};

/// Adds unknown sections, bad names and names that are used twice to the problems.
found_sections find_sections(const toml::table& root, problems& found);

/// What is wrong with the name of a site or a node (letters, digits, '_' and '-'); empty: nothing.
std::string name_problem(std::string_view name);

} // namespace releve::core
