// SPDX-License-Identifier: Apache-2.0
// What differs between the pipeline that runs and the one that a file asks for, and how a reload went.
#pragma once
#include "pipeline/node/node.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace releve::core {

/// A node that can't be made: an option refused at `path`, or, with an empty path, the whole section.
struct refusal {
    const node_section* section = nullptr;
    std::string path, why;
};

/// What a pipeline file asks for: all of it at the start; at a reload, what differs.
struct change {
    pipeline_file* file = nullptr;
    node_list connections, nodes; // all, in the file's order
    node_list made;               // of nodes: those that are new
    node_list left, left_connections;
    std::vector<refusal> refused; // then nothing is changed
};

/// How a reload went.
struct reloaded {
    std::string site_key;         // not empty: [site] differs in it, and nothing was changed
    std::vector<refusal> refused; // the same
    std::vector<std::string> restarted, added, removed;
    std::size_t unchanged = 0;
    std::vector<std::string> old_code; // a sentence for each plugin file that changed since it was loaded
    bool done() const { return site_key.empty() && refused.empty(); }
    /// "reloaded: 2 nodes restarted (a, b), 1 added (c), 0 removed, 5 unchanged"
    std::string text() const;
};

} // namespace releve::core
