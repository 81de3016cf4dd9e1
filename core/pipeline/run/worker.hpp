// SPDX-License-Identifier: Apache-2.0
// The thread of one source or sink: starts it, keeps it going, tries again, stops it.
#pragma once
#include "connections.hpp"
#include "life_watch.hpp"
#include "pipeline/node/node.hpp"
#include "pipeline/schedule.hpp"

#include <vector>

namespace releve::core {

class worker {
public:
    worker(node& of, services& shared, connections& all, life_watch& watch);
    /// [the node's thread] Returns when the node has ended.
    void run();

private:
    enum class outcome { ended, try_again };

    bool start();
    outcome serve();
    outcome stream();
    void collect();
    void let_go_of_made();
    void write();
    void report_unreadable(const spool::loss& more);
    /// Gives what of the spool can't be read and is lost.
    spool::loss take(std::vector<owed_batch>& group);
    releve_status enter_write(const std::vector<const releve_delivery*>& deliveries);
    bool settle(std::vector<owed_batch>& group, releve_status status);
    bool settle(owed_batch& one, releve_status status);
    void give_up();
    void discard_owed();
    bool at_end() const { return life_.must_stop() || (life_.closes() && who_.owed().may_end()); }
    void sleep_until(std::int64_t deadline) { who_.waiter().sleep({}, deadline); }
    /// Counts, logs once, and gives the time to try again (steady ns).
    std::int64_t failed(releve_status status, std::string_view doing, backoff& pace);
    void goes_well(backoff& pace);
    void plan_next_collect();
    /// The number of readings that came due during one that took so long, and are skipped.
    std::uint64_t skipped(std::int64_t took);

    node& who_;
    life& life_;
    services& shared_;
    connections& connections_;
    life_watch& watch_;
    schedule when_;
    backoff starting_, collecting_, writing_;
    std::int64_t due_ = 0; // steady ns of the next collect; by the clock: a guess that is checked against it
    std::int64_t due_at_ = 0, planned_at_ = 0; // by the clock: UTC ns of the next collect, and of the one before
    std::int64_t write_again_ = 0;             // steady ns
    bool spool_unreadable_ = false;
    spool::loss unreadable_;             // since it started
    std::uint64_t reported_batches_ = 0; // of them
};

} // namespace releve::core
