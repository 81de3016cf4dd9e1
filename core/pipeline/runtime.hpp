// SPDX-License-Identifier: Apache-2.0
// A pipeline at work: its nodes, their threads, and the router between them.
#pragma once
#include "epochs.hpp"
#include "node.hpp"
#include "questions.hpp"
#include "records/series_table.hpp"
#include "router.hpp"
#include "tap_list.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace releve::core {

using node_list = std::vector<std::shared_ptr<node>>;

/// A node that can't be made: an option refused at `path`, or, with an empty path, the whole section.
struct refusal {
    const node_section* section = nullptr;
    std::string path, why;
};

/// What a pipeline file asks for: all of it at the start; at a reload, what differs.
struct change {
    pipeline_file* file = nullptr;
    node_list connections, nodes; // all, in the file's order
    node_list made;               // of nodes: those that are new
    node_list left, left_connections;
    std::vector<refusal> refused; // then nothing is changed
};

/// How a reload went.
struct reloaded {
    std::string site_key;         // not empty: [site] differs in it, and nothing was changed
    std::vector<refusal> refused; // the same
    std::vector<std::string> restarted, added, removed;
    std::size_t unchanged = 0;
    bool done() const { return site_key.empty() && refused.empty(); }
    /// "reloaded: 2 nodes restarted (a, b), 1 added (c), 0 removed, 5 unchanged"
    std::string text() const;
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
    /// While it runs, by the thread that started it or one that ends before stop() is called. The nodes of `next` that
    /// differ from what runs are made; when one is refused, or [site] differs, nothing has changed. Then what differs
    /// ends within the site's grace, its place in the pipeline is taken between two batches, and what is new starts.
    reloaded reload(const std::shared_ptr<pipeline_file>& next);
    /// [any] Waits until stop is called for, `limit` of real time is over (false), every source has finished, or a node
    /// with `startup = "fail"` could not start (fatal() says it).
    bool wait_for_end(std::chrono::nanoseconds limit);
    /// Readable once wait_for_end would return at once: for a program that waits for other things too.
    int end_fd() const { return end_fd_; }
    /// Sources first; what they made is routed and written; then sinks. Within the site's grace: a node that overstays
    /// is abandoned, and said. True when all ended.
    bool stop();
    std::string fatal() const;

    /// [any] As they are now, in the file's order. What a reload has ended stays as it was as long as somebody holds
    /// it.
    node_list nodes() const;
    /// [any] Whether what `maker` makes is given to `taker`.
    bool feeds(const node& maker, const node& taker) const;
    /// [router] The nodes, and before them those that have ended and have something to be committed.
    const node_list& committing() const { return committing_; }

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
    /// [any] What the state directory holds for sinks that the pipeline file no longer has with a spool. Throws as the
    /// store.
    std::map<std::string, backlog> orphan_spools() const;
    /// [any] As store::dead_letters().
    std::map<std::string, std::int64_t> dead_letters() const;
    counter_state remembered_counter(std::uint32_t series) const;
    /// [any] As questions::ask, of the connections as they are now.
    answered ask(std::string_view component, const questions::words& with);
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
    change make(pipeline_file& file, const std::shared_ptr<const void>& keeps);
    std::shared_ptr<node> make_node(node_section& section, const change& of, const std::shared_ptr<const void>& keeps,
                                    std::vector<refusal>& refused);
    void adopt(change& to);
    void adopt_queue(node& one, node* before);
    void wire(const change& to);
    void recall(const node_list& some, bool takers);
    void open_spools(const node_list& some);
    void use_nodes(const change& to);
    void say_what_waits() const;
    void start_transforms(const node_list& some);
    void launch(const node_list& some, bool takers);
    void wait_until_tried(const node_list& some);
    bool end_sources(const node_list& some, std::chrono::steady_clock::time_point limit);
    bool end_sinks(const node_list& some, std::chrono::steady_clock::time_point limit);
    void leave_behind(const node_list& some);
    bool stop_connections(const node_list& some, std::chrono::steady_clock::time_point limit);
    void let_go_of_left();
    static std::shared_ptr<node> find(const node_list& in, std::string_view name);
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
    mutable std::mutex counters_mutex_;
    std::map<std::string, std::unique_ptr<spool>, std::less<>> spools_; // by sink; before the nodes that use them
    node_list connections_, nodes_;                                     // changed by the router, under mutex_
    node_list left_, abandoned_; // ended by a reload; those that did not, with their connections
    node_list committing_;       // [router]
    questions questions_;
    std::unique_ptr<epochs> epochs_;
    std::mutex starting_connections_;
    mutable std::mutex mutex_;
    std::condition_variable ended_;
    std::string fatal_;
    int end_fd_ = -1;
    std::atomic<bool> ending_{false};
    bool started_ = false;
    bool reloading_ = false; // under mutex_
};

} // namespace releve::core
