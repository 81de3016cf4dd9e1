// SPDX-License-Identifier: Apache-2.0
// A pipeline at work: made from a pipeline file, started, reloaded and stopped as a whole. What does the work is in
// node/ and run/.
#pragma once
#include "run/assembly.hpp"
#include "run/call_monitor.hpp"
#include "run/connections.hpp"
#include "run/epochs.hpp"
#include "run/graph.hpp"
#include "run/launcher.hpp"
#include "run/life_watch.hpp"
#include "run/router.hpp"
#include "run/switchover.hpp"
#include "services.hpp"
#include "tap_list.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace releve::core {

class runtime {
public:
    struct settings {
        core::clock* clock = nullptr; // must outlive the runtime
        core::log* log = nullptr;     // the same
        core::store* store = nullptr; // the same; nullptr: nothing outlives the process, and sinks have no spool
        /// ns that a call into a component may take before it is reported to hang; what it waits in the host does not
        /// count.
        std::int64_t call_timeout = 60'000'000'000;
        /// Sources run until each has emitted once; sinks and what they would write are left alone.
        bool once = false;
        /// [router]
        core::router::observer observe = {};
    };
    /// `file` must outlive the runtime; its connection values are bound to the connections made.
    runtime(pipeline_file& file, settings with);
    ~runtime();
    runtime(const runtime&) = delete;
    runtime& operator=(const runtime&) = delete;

    /// Makes connections, then nodes, without I/O. Everything that is refused; when anything is, start() must not be
    /// called.
    std::vector<refusal> construct();

    struct probed {
        std::string node;
        bool probes = false; // the component can tell
        std::string why;     // empty: it is there
    };
    /// Asks each constructed node whether its device is there. Moves no data.
    std::vector<probed> probe();

    /// Sinks first, then the router, then sources.
    void start();
    /// While it runs, by the thread that started it or one that ends before stop() is called. The nodes of `next` that
    /// differ from what runs are made; when one is refused, or [site] differs, nothing has changed. Then what differs
    /// ends within the site's grace, its place in the pipeline is taken between two batches, and what is new starts.
    reloaded reload(const std::shared_ptr<pipeline_file>& next) { return switchover_.to(next); }
    /// [any] Waits until every source has finished, or a node with `startup = "fail"` could not start (fatal() tells
    /// why). False: neither within `limit` of real time.
    bool wait_for_end(std::chrono::nanoseconds limit) { return watch_.wait_for_end(limit); }
    /// Readable once wait_for_end would return at once: for a program that waits for other things too.
    int end_fd() const { return watch_.end_fd(); }
    /// As life_watch::started_fd.
    int started_fd() const { return watch_.started_fd(); }
    std::string fatal() const { return watch_.fatal(); }
    /// [any] stop() was called.
    bool ending() const { return ending_; }
    /// [any] Commits what was read so far, without waiting for the commit interval. False: not by `limit`.
    bool flush(steady_time limit) { return epochs_ == nullptr || epochs_->flush(limit); }
    /// Sources first; what they made is routed and written; then sinks. Within the site's grace: a node that overstays
    /// is abandoned, and logged. True when all ended; else the runtime must live as long as the program.
    bool stop() { return stop(std::chrono::steady_clock::now() + std::chrono::nanoseconds{site().grace}); }
    /// The same, of which some of the grace is over.
    bool stop(steady_time limit);

    // For inspection. [any]
    const site_section& site() const { return services_.site; }
    core::clock& clock() { return services_.clock; }
    series_table& series() { return services_.series; }
    const series_table& series() const { return services_.series; }
    core::metrics& metrics() { return services_.metrics; }
    tap_list& taps() { return taps_; }
    core::router& router() { return router_; }
    /// As they are now, in the file's order. What a reload has ended stays as it was while somebody holds it.
    node_list nodes() const { return graph_.nodes(); }
    /// As graph::moves.
    bool moves() const { return graph_.moves(); }
    /// Whether what `maker` makes is given to `taker`.
    bool feeds(const node& maker, const node& taker) const { return graph_.feeds(maker, taker); }
    /// What the state directory holds for sinks that the pipeline file no longer has with a spool. Throws as the store.
    std::map<std::string, backlog> orphan_spools() const;
    /// As store::dead_letters().
    std::map<std::string, std::int64_t> dead_letters() const;
    /// Why the state file can't be written now; empty: it can, or there is none.
    std::string state_file_trouble() const { return epochs_ == nullptr ? std::string{} : epochs_->trouble(); }
    /// As questions::ask, of the connections as they are now.
    answered ask(std::string_view component, const questions::words& with);

private:
    void report_backlogs() const;
    void count_what_is_left();
    void leave_behind_transforms();

    pipeline_file& file_;
    core::store* const store_;
    services services_; // what follows uses it
    tap_list taps_;
    graph graph_;
    life_watch watch_;
    connections connections_;
    std::unique_ptr<epochs> epochs_; // nullptr: nothing is kept
    core::router router_;
    launcher launcher_;
    assembly assembly_;
    switchover switchover_;
    call_monitor monitor_;
    bool started_ = false;
    std::atomic<bool> ending_{false};
};

} // namespace releve::core
