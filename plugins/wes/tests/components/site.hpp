// SPDX-License-Identifier: Apache-2.0
// A node that reads simulated servers.
#pragma once

#include <releve/testing/testing.hpp>
#include <string>
#include <wes_simulator/process.hpp>

namespace wes_testing {

/// Connection and source for all servers of `wes`, named S0, S1, ...
inline std::string sections(const wes_simulator::process& wes, const std::string& connection = {},
                            const std::string& source = {}) {
    std::string toml = "[connection.c]\ncomponent = \"wes\"\nservers = [\n";
    for (std::size_t i = 0; i < wes.size(); ++i)
        toml += "{ name = \"S" + std::to_string(i) + "\", host = \"127.0.0.1\", port = " + std::to_string(wes.port(i)) +
                " },\n";
    return toml + "]\n" + connection + "\n[source.s]\ncomponent = \"wes_http\"\nconnection = \"c\"\n" + source + "\n";
}

/// The simulated servers are real peers: a wait is given to them for a moment before the virtual clock moves on.
inline releve::testing::setup patient() {
    releve::testing::setup how;
    how.peer_timeout = std::chrono::seconds{5};
    how.watchdog = std::chrono::seconds{30};
    return how;
}

/// Time stands still in the dwellings, in a winter's noon.
inline std::vector<std::string> noon(std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--start", "2026-01-15T12:00", "--speed", "0"});
    return more;
}

} // namespace wes_testing
