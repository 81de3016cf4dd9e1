// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <options.hpp>

#include <string>
#include <vector>

namespace releve::testing {

/// What a component described, and what is wrong with it.
struct described {
    options::descriptions options;
    std::vector<std::string> mistakes;
};

} // namespace releve::testing
