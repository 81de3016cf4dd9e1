// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sections.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace releve::core {

/// One word of `inputs`: a node's name, or a pattern of names.
struct wanted_input {
    std::string name;
    options::position at;
};

/// A section that has been read, and what is needed to wire it.
struct read_node {
    node_section node;
    std::vector<wanted_input> inputs;
    bool has_inputs = false; // the key stands there, whatever its value
    bool misplaced = false;  // its component belongs in another section: that is told, and not what follows from it
};

/// Reads one section; `connections` are all that the file has.
read_node read_section(const found_section& section, const std::vector<found_section>& connections,
                       const std::filesystem::path& folder, catalogue& plugins, problems& found);

} // namespace releve::core
