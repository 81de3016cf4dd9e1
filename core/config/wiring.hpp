// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "node.hpp"

namespace releve::core {

/// Resolves the inputs of all nodes and checks the graph: each input exists, there is no cycle, everything leads to a
/// sink.
void wire(std::vector<read_node>& nodes, const std::vector<found_section>& connections, problems& found);

} // namespace releve::core
