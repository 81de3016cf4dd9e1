// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pipeline/node/node.hpp"

#include <cstdint>
#include <optional>

namespace releve::core {

/// What waits for a sink on disk, as of the last commit.
struct spool_figures {
    std::uint64_t bytes = 0, records = 0;
    std::int64_t oldest = never; // emitted, UTC ns; never: it is empty
};

/// [any thread] Nothing: the node has no spool.
std::optional<spool_figures> spool_of(const node& who);

} // namespace releve::core
