// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sections.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace releve::core {

/// One item of `inputs`: a node's name, or a pattern of names.
struct input_item {
    std::string name;
    options::position at;
};

/// A section that has been read, and what its wiring needs.
struct read_node {
    node_section node;
    std::vector<input_item> inputs;
    bool has_inputs = false; // the key is given, whatever its value
    bool misplaced = false;  // its component belongs in another section: only that is reported, not its consequences
};

/// Reads one section; `connections` are all that the file has.
read_node read_section(const found_section& section, const std::vector<found_section>& connections,
                       const std::filesystem::path& folder, catalogue& plugins, problems& found);

} // namespace releve::core
