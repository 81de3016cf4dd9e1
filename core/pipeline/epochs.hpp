// SPDX-License-Identifier: Apache-2.0
// Cuts the stream into epochs, commits them, and tells the sources. The router cuts, between two batches; a thread of
// its own commits, so that a slow disk does not hold the router up; only then are sources told.
#pragma once
#include "clock.hpp"
#include "queues.hpp"
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

class node;
class runtime;

class epochs {
public:
    /// Refused records that wait for the next commit; more are only logged.
    static constexpr std::size_t most_dead = 10'000;

    epochs(runtime& of, store& in, std::int64_t interval_ns);
    ~epochs();
    void start();

    /// [router] Everything that came of the batch has been delivered.
    void routed(node& maker, made_batch& batch);
    /// [router] Cuts when it is time, or when much waits. When to look again (steady ns).
    std::int64_t cut_if_due();
    /// [router] The system's clock was set: for an hour no record is too old for its spool, in case it is set again.
    void clock_leapt();
    /// [any] Commits what there is now, without waiting for the interval. False: not until `limit`.
    bool flush(std::chrono::steady_clock::time_point limit);
    /// [any] A sink has settled something.
    void wake() { rest_.wake(); }
    /// [any] It is put aside before the next commit, which comes soon.
    void state_file_is_damaged(const std::string& why);
    /// [any]
    void bury(dead_letter letter);
    /// Commits what there is, for at most `limit`, and ends the thread. The router has ended. False: something could
    /// not be committed.
    bool stop(std::chrono::steady_clock::time_point limit);

private:
    struct acknowledged {
        std::shared_ptr<node> who;
        std::uint64_t sequence = 0;
        std::optional<std::string> cursor;
    };
    struct closed {
        epoch what;
        std::vector<acknowledged> told;
        std::vector<std::shared_ptr<node>> spooled; // whose spools were cut
        /// What sinks without a spool have settled, and must have.
        std::vector<std::pair<std::shared_ptr<const std::atomic<std::uint64_t>>, std::uint64_t>> waits_for;
        std::uint64_t asked = 0; // the flushes that it answers
    };
    bool anything() const;
    void cut(std::int64_t now);
    void take_counters(epoch& into);
    void run();
    bool written(const closed& one) const;
    static void take_back(closed& one);
    bool commit(const closed& one);
    void replace_state_file();
    void serve_from_memory(const closed& one);
    void finish(closed& one);

    runtime& owner_;
    store& store_;
    const std::int64_t interval_;
    waiter rest_; // of the committing thread
    std::thread thread_;
    std::atomic<bool> stopping_{false}, given_up_{false};

    // [router]
    std::map<node*, acknowledged> open_; // by maker
    std::map<node*, state_changes> states_;
    std::int64_t last_cut_ = 0, last_counters_ = 0;
    std::int64_t ages_count_from_ = 0; // steady ns: before, the system's clock is not believed
    std::uint64_t cut_for_ = 0;        // flushes that were cut for

    std::atomic<bool> damaged_{false};
    std::mutex mutex_;
    std::string damage_;
    std::vector<dead_letter> dead_;
    std::optional<closed> next_; // cut, and not yet committed
    std::condition_variable committed_;
    std::atomic<bool> busy_{false}; // next_ is there
    std::atomic<std::uint64_t> asked_{0};
    std::uint64_t answered_ = 0; // under mutex_: flushes
};

} // namespace releve::core
