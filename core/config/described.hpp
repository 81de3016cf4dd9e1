// SPDX-License-Identifier: Apache-2.0
// The host's own keys are described as components describe their options, and checked by the same code.
#pragma once
#include "options.hpp"

namespace releve::core {

inline options::description described(std::uint32_t type, const char* key, const char* help) {
    options::description made;
    made.type = type;
    made.key = key;
    made.help = help;
    return made;
}

} // namespace releve::core
