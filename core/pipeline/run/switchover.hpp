// SPDX-License-Identifier: Apache-2.0
// Another pipeline file while the pipeline runs: what differs ends, is replaced between two batches, and starts.
#pragma once
#include "assembly.hpp"
#include "launcher.hpp"

#include <memory>

namespace releve::core {

class switchover {
public:
    /// `commits`: nullptr where nothing is kept.
    switchover(services& shared, core::graph& nodes, core::assembly& parts, core::launcher& threads,
               core::router& routing, core::connections& all, life_watch& watch, epochs* commits)
        : shared_{shared}
        , graph_{nodes}
        , assembly_{parts}
        , launcher_{threads}
        , router_{routing}
        , connections_{all}
        , watch_{watch}
        , epochs_{commits} {}

    /// One at a time. When a node of `next` is refused, or [site] differs, nothing has changed. Throws
    /// std::runtime_error, and changes nothing, when a transform holds the router up for longer than the grace.
    reloaded to(const std::shared_ptr<pipeline_file>& next);
    /// Nodes that did not end within the grace, with their connections.
    const node_list& abandoned() const { return abandoned_; }

private:
    reloaded plan(pipeline_file& next, const std::shared_ptr<const void>& keeps, change& to);
    void let_go_of(const change& to, steady_time limit);
    void start(const change& to, steady_time limit);
    void report_orphans(const change& to);

    services& shared_;
    core::graph& graph_;
    core::assembly& assembly_;
    core::launcher& launcher_;
    core::router& router_;
    core::connections& connections_;
    life_watch& watch_;
    epochs* const epochs_;
    node_list abandoned_;
};

} // namespace releve::core
