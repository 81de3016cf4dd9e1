// SPDX-License-Identifier: Apache-2.0
// What of a pipeline file is as it was: a reload leaves it alone.
#pragma once
#include "pipeline_file.hpp"

#include <string>

namespace releve::core {

/// A node made of the one is as a node made of the other: component, values (with the secrets that were read), and what
/// the host does with it. Inputs are no part of it, nor is where it stands. Names of connections are compared, not what
/// stands behind them.
bool same_section(const node_section& one, const node_section& other);

/// The first key of [site] that differs; empty: none.
std::string changed_key(const site_section& one, const site_section& other);

} // namespace releve::core
