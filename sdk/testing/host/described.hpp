// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <options.hpp>

#include <string>
#include <vector>

namespace releve::testing {

/// A component's description of its options, and the mistakes in it.
struct described {
    options::descriptions options;
    std::vector<std::string> mistakes;
};

} // namespace releve::testing
