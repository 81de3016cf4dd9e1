// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sections.hpp"

namespace releve::core {

/// The component that a section names, loaded; nullptr, with a problem added, when it is unknown or can't be used.
const component* find_component(const found_section& section, catalogue& plugins, problems& found);

/// The kind of section that a component belongs in.
section_kind kind_for(const component& of);

} // namespace releve::core
