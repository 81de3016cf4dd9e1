// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sections.hpp"

namespace releve::core {

/// The component that a section names, loaded; nullptr, with a problem added, when there is none or it can't be used.
const component* find_component(const found_section& section, catalogue& plugins, problems& found);

/// The section that a component belongs in.
node_section::kind role_of(const component& what);

} // namespace releve::core
