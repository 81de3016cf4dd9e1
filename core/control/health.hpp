// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pipeline/runtime.hpp"

#include <string>

namespace releve::core {

/// Why the pipeline is not well, as one sentence; empty: it is. Waits for the router to pass, half a second at most.
std::string illness_of(runtime& of);

} // namespace releve::core
