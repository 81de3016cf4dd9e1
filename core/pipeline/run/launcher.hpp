// SPDX-License-Identifier: Apache-2.0
// The threads of nodes: starts them, ends them within the site's grace, and abandons those that overstay it.
#pragma once
#include "connections.hpp"
#include "life_watch.hpp"
#include "router.hpp"

#include <memory>
#include <thread>
#include <vector>

namespace releve::core {

class launcher {
public:
    launcher(services& shared, connections& all, life_watch& watch, core::router& routing)
        : shared_{shared}
        , connections_{all}
        , watch_{watch}
        , router_{routing} {}

    /// [router, or before it runs] A transform has no thread: it starts before anything comes.
    void start_transforms(const node_list& some);
    void stop_transforms(const node_list& some);
    void start_sinks(const node_list& some);
    void start_sources(const node_list& some);
    /// Until each sink has opened, or failed to; one that takes longer than the grace is not waited for.
    void wait_until_tried(const node_list& some);

    /// For a reload. Sources, until what they made is delivered; one that waits for room gets it: nothing that was read
    /// is lost.
    void end_sources(const node_list& some, steady_time limit);
    /// For a reload. What sinks have in memory is written, once; what comes meanwhile waits in the spool, or at its
    /// source.
    void end_sinks(const node_list& some, steady_time limit);
    /// At the end of all: sources first; what they made is routed and written; then sinks. `epochs`: nullptr where
    /// nothing is kept.
    void end_all(const node_list& nodes, epochs* commits, steady_time limit);
    /// Of nodes that were told to end: joins the threads that have, and abandons the others.
    void join_or_abandon(const node_list& some);

private:
    struct running {
        std::shared_ptr<node> who;
        std::thread thread;
    };
    void launch(const std::shared_ptr<node>& one);
    void close_sinks(std::vector<node*> sinks, epochs* commits, steady_time limit);
    bool wait_ended(const std::vector<node*>& all, steady_time limit);

    services& shared_;
    connections& connections_;
    life_watch& watch_;
    core::router& router_;
    std::vector<running> running_;
};

} // namespace releve::core
