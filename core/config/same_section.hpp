// SPDX-License-Identifier: Apache-2.0
// What a reload compares: what is unchanged keeps running.
#pragma once
#include "pipeline_file.hpp"

#include <string>

namespace releve::core {

/// A node made from one section equals a node made from the other: the same component, the same settings. Inputs
/// and the position in the file don't count. Connections are compared by name, not by what the names stand for.
bool same_section(const node_section& one, const node_section& other);

/// The first key of [site] that differs; empty: none.
std::string changed_key(const site_section& one, const site_section& other);

} // namespace releve::core
