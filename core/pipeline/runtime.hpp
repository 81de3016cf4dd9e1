// SPDX-License-Identifier: Apache-2.0
// A pipeline at work: its nodes, their threads, and the router between them.
#pragma once
#include "epochs.hpp"
#include "node.hpp"
#include "router.hpp"
#include "series_table.hpp"
#include "tap_list.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace releve::core {

/// A node that can't be made: an option refused at `path`, or, with an empty path, the whole section.
struct refusal {
    const node_section* section = nullptr;
    std::string path, why;
};

class runtime {
public:
    struct setup {
        clock* time = nullptr; // must outlive the runtime
        log* said = nullptr;   // the same
        store* kept = nullptr; // the same; none: nothing outlives the process, and sinks have no spool
        /// ns that a write may take before it is said that it may hang; what it waits in `wait` does not count.
        std::int64_t patience = 60'000'000'000;
        /// Sources run until each has emitted once; sinks and what they would write are left alone.
        bool once = false;
        /// [router] Sees each batch of each node, before it is delivered.
        std::function<void(const node&, const releve_batch&)> observe = {};
    };
    /// `pipeline` must outlive the runtime; its connection values are bound to the connections made.
    runtime(pipeline_file& pipeline, setup how);
    ~runtime();
    runtime(const runtime&) = delete;
    runtime& operator=(const runtime&) = delete;

    /// Makes connections, then nodes, without I/O. Everything that is refused; when anything is, start() must not be
    /// called.
    std::vector<refusal> construct();

    struct probed {
        const node* who = nullptr;
        bool probes = false; // the component can tell
        std::string why;     // empty: it is there
    };
    /// Asks each constructed node whether its device is there. Moves no data.
    std::vector<probed> probe();

    /// Sinks first, then the router, then sources.
    void start();
    /// [any] Waits until stop is called for, `limit` of real time is over (false), every source has finished, or a node
    /// with `startup = "fail"` could not start (fatal() says it).
    bool wait_for_end(std::chrono::nanoseconds limit);
    /// Readable once wait_for_end would return at once: for a program that waits for other things too.
    int end_fd() const { return end_fd_; }
    /// Sources first; what they made is routed and written; then sinks. Within the site's grace: a node that overstays
    /// is abandoned, and said. True when all ended.
    bool stop();
    std::string fatal() const;

    const std::vector<std::unique_ptr<node>>& nodes() const { return nodes_; }

    // what nodes are made of
    clock& time() { return *how_.time; }
    log& said() { return *how_.said; }
    batch_pool& pool() { return pool_; }
    series_table& series() { return series_; }
    metrics& figures() { return figures_; }
    router& routes() { return router_; }
    tap_list& taps() { return taps_; }
    const site_section& site() const { return pipeline_.site; }
    epochs* commits() { return epochs_.get(); } // nullptr: nothing is kept
    counter_state remembered_counter(std::uint32_t series) const;
    const setup& how() const { return how_; }

    /// stop() was called: what fails now is not tried again.
    bool ending() const { return ending_; }

    /// [node threads]
    void node_ended(node& who);
    void node_tried_start(node& who);
    void node_is_fatal(const node& who, const std::string& why);
    /// [any] once: the streaming source has emitted what was asked for.
    void enough(node& who);
    /// [node] Starts the connections that `who` uses, once each. Empty: they run; else why not.
    std::string start_connections(node& who);

private:
    void wire();
    void recall();
    bool at_end() const;
    bool wait_done(const std::vector<node*>& all, std::chrono::steady_clock::time_point limit);
    void ask_to_stop(node& who);
    void count_what_is_left();

    pipeline_file& pipeline_;
    setup how_;
    batch_pool pool_;
    series_table series_;
    metrics figures_;
    tap_list taps_;
    router router_;
    std::unordered_map<std::uint32_t, counter_state> counters_; // of earlier runs
    std::vector<std::unique_ptr<spool>> spools_;                // before the nodes that use them
    std::vector<std::unique_ptr<node>> connections_, nodes_;
    std::unique_ptr<epochs> epochs_;
    std::vector<std::thread> threads_; // of nodes_, in its order; a transform has none
    std::mutex starting_connections_;
    std::vector<bool> connection_started_;
    mutable std::mutex mutex_;
    std::condition_variable ended_;
    std::string fatal_;
    int end_fd_ = -1;
    std::atomic<bool> ending_{false};
    bool started_ = false;
};

} // namespace releve::core
