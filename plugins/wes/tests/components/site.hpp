// SPDX-License-Identifier: Apache-2.0
// A node that reads simulated servers.
#pragma once

#include <releve/testing/testing.hpp>

#include <set>
#include <string>
#include <vector>
#include <wes_simulator/process.hpp>

namespace wes_testing {

/// What a busy machine does not exceed.
inline const std::string long_timeouts = "connect_timeout = \"1m\"\ntimeout = \"5m\"\n";
inline const std::string long_interval = "interval = \"1h\"\n";

/// Connection and source for all servers of `wes`, named S0, S1, ...
inline std::string sections(const wes_simulator::process& wes, const std::string& connection = long_timeouts,
                            const std::string& source = {}) {
    std::string toml = "[connection.c]\ncomponent = \"wes\"\nservers = [\n";
    for (std::size_t i = 0; i < wes.size(); ++i)
        toml += "{ name = \"S" + std::to_string(i) + "\", host = \"127.0.0.1\", port = " + std::to_string(wes.port(i)) +
                " },\n";
    return toml + "]\n" + connection + "\n[source.s]\ncomponent = \"wes_http\"\nconnection = \"c\"\n" + source + "\n" +
           (source.find("interval") == source.npos ? long_interval : "");
}

/// The simulated servers are real peers, also of a streaming node: a wait leaves them real time before the virtual
/// clock moves on.
inline releve::testing::setup real_peers() {
    releve::testing::setup made;
    made.peer_timeout = std::chrono::minutes{2};
    made.watchdog = std::chrono::minutes{2};
    return made;
}

/// Whether all servers but some have received so many requests, and have replied to them or hold the reply back (fault
/// slow).
inline bool have_replied(const wes_simulator::process& wes, int requests, const std::set<std::size_t>& except = {}) {
    for (std::size_t i = 0; i < wes.size(); ++i)
        if (!except.contains(i) &&
            (wes.truth("requests", i) < requests || wes.truth("answering", i) != wes.truth("held", i)))
            return false;
    return true;
}

/// Time stands still in the dwellings, in a winter's noon.
inline std::vector<std::string> noon(std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--start", "2026-01-15T12:00", "--speed", "0"});
    return more;
}

} // namespace wes_testing
