// SPDX-License-Identifier: Apache-2.0
// What the parts of a pipeline share. It lies below all of them and knows none.
#pragma once
#include "clock.hpp"
#include "commit_inbox.hpp"
#include "config/pipeline_file.hpp"
#include "records/batch_pool.hpp"
#include "records/counter_check.hpp"
#include "records/series_table.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace releve::core {

/// By series number.
using counter_list = std::vector<std::pair<std::uint32_t, counter_state>>;

/// Counters as earlier runs, and nodes that have ended, left them. [any]
class counter_memory {
public:
    explicit counter_memory(std::unordered_map<std::uint32_t, counter_state> earlier)
        : all_{std::move(earlier)} {}
    counter_state of(std::uint32_t series) const {
        const std::lock_guard lock{mutex_};
        const auto at = all_.find(series);
        return at == all_.end() ? counter_state{} : at->second;
    }
    void remember(const counter_list& newer) {
        const std::lock_guard lock{mutex_};
        for (const auto& [series, state] : newer) all_[series] = state;
    }

private:
    mutable std::mutex mutex_;
    std::unordered_map<std::uint32_t, counter_state> all_;
};

struct services {
    core::clock& clock;
    core::log& log;
    const site_section& site;
    const bool once; // sources run until each has emitted once
    counter_memory counters;
    commit_inbox inbox;

    batch_pool pool{};
    series_table series{};
    core::metrics metrics{};
    waiter router{clock};    // where the router sleeps: woken when there is something to route, or room
    waiter committer{clock}; // where the committing thread sleeps: woken when a sink has settled something
};

} // namespace releve::core
