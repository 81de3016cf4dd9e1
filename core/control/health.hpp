// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pipeline/runtime.hpp"

#include <string>

namespace releve::core {

/// Why the pipeline is not healthy, as one sentence; empty: it is. Waits at most half a second for the router.
std::string health_problem(runtime& of);

} // namespace releve::core
