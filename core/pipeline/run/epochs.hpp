// SPDX-License-Identifier: Apache-2.0
// Cuts the stream into epochs, commits them, and tells the sources. The router cuts, between two batches; a thread of
// its own commits, so that a slow disk does not hold the router up; only then are sources notified.
#pragma once
#include "graph.hpp"
#include "pipeline/node/node.hpp"
#include "spool/store.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace releve::core {

class epochs {
public:
    epochs(services& shared, const graph& nodes, core::store& in);
    void start();

    /// [router] Everything that came of the batch has been delivered.
    void routed(node& maker, made_batch& batch);
    /// [router] Cuts when it is time, or when much waits. Returns when to check again (steady ns).
    std::int64_t cut_if_due();
    /// [router] The system's clock was set: for an hour no record is too old for its spool, in case it is set again.
    void clock_leapt();
    /// [router] What the host knows of counters goes into the next commit.
    void counters_changed() { counters_due_ = true; }
    /// [any] Commits what there is now, without waiting for the interval. False: not until `limit`.
    bool flush(std::chrono::steady_clock::time_point limit);
    /// Commits what there is, for at most `limit`, and ends the thread. The router has ended. False: something could
    /// not be committed.
    bool stop(std::chrono::steady_clock::time_point limit);
    /// [any] Why nothing can be committed now; empty: it can.
    std::string trouble() const {
        const std::lock_guard lock{trouble_mutex_};
        return trouble_;
    }

private:
    struct acknowledged {
        std::shared_ptr<node> who;
        std::uint64_t sequence = 0;
        std::optional<std::string> cursor;
    };
    struct closed {
        epoch what;
        std::vector<acknowledged> acknowledgements;
        std::vector<std::shared_ptr<node>> spooled; // whose spools were cut
        /// What sinks without a spool have settled, and must have.
        std::vector<std::pair<std::shared_ptr<const std::atomic<std::uint64_t>>, std::uint64_t>> waits_for;
        std::uint64_t asked = 0; // the flushes that it answers
        bool is_settled = false; // by what it waits for; their dead letters are in it
    };
    bool anything() const;
    void cut(std::int64_t now);
    /// True: of all nodes.
    bool take_counters(epoch& into);
    void run();
    bool written(const closed& one) const;
    void settle(closed& one);
    static void take_back(closed& one);
    enum class result { committed, failed, disk_is_full };
    result commit(const closed& one);
    void note_trouble(const std::string& why);
    void report_dropped(const std::map<std::string, store::dropped>& by_sink);
    bool free_room(closed& one);
    std::int64_t too_old_from() const;
    void report_damage(const std::string& why);
    void replace_state_file();
    void use_other_file();
    void serve_from_memory(const closed& one);
    void finish(closed& one);

    services& shared_;
    const graph& graph_;
    core::store& store_;
    std::thread thread_;
    std::atomic<bool> stopping_{false}, given_up_{false};

    // [router]
    std::map<node*, acknowledged> open_; // by maker
    std::map<node*, state_changes> states_;
    std::int64_t last_cut_ = 0, last_counters_ = 0;
    bool counters_due_ = false;
    std::int64_t ages_count_from_ = 0; // steady ns: before, the system's clock is not believed
    std::uint64_t cut_for_ = 0;        // flushes that were cut for

    std::mutex mutex_;
    std::optional<closed> next_; // cut, and not yet committed
    std::condition_variable committed_;
    std::atomic<bool> busy_{false}; // next_ is there
    std::atomic<std::uint64_t> asked_{0};
    std::uint64_t answered_ = 0; // under mutex_: flushes

    mutable std::mutex trouble_mutex_;
    std::string trouble_;
};

} // namespace releve::core
