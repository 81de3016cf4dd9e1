// SPDX-License-Identifier: Apache-2.0
// The body of GET /metrics: Prometheus' text format, names releve_<what>_<unit>_total.
#pragma once
#include "pipeline/runtime.hpp"

#include <string>

namespace releve::core {

inline constexpr auto metrics_type = "text/plain; version=0.0.4; charset=utf-8";

/// The host's figures of each node, and the metrics that nodes have declared. `since`: UTC ns.
std::string metrics_page(runtime& of, std::int64_t since);

} // namespace releve::core
