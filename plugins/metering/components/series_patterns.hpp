// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/context.hpp>
#include <releve/kit/text/pattern.hpp>

#include <string>
#include <vector>

namespace releve::metering {

/// The option `series`: patterns of names or identities. Refuses, at its key, each text that is not a pattern.
inline std::vector<std::string> series_patterns(context& host) {
    auto patterns = host.options().texts("series");
    for (std::size_t i = 0; i < patterns.size(); ++i)
        if (const auto problem = kit::problem_of_pattern(patterns[i]); !problem.empty())
            host.refuse("series[" + std::to_string(i) + "]", problem);
    return patterns;
}

} // namespace releve::metering
