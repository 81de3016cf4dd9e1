// SPDX-License-Identifier: Apache-2.0
// The durable queue in front of one sink: what the sink has not answered for by the next commit goes to disk. A batch
// that is written before that never does.
#pragma once
#include "epoch.hpp"
#include "spool_reader.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace releve::core {

struct backlog;
class series_table;
class store;

class spool {
public:
    struct limits {
        std::int64_t bytes = 0; // on disk; 0: none
        std::int64_t age = 0;   // ns; 0: none
        bool blocks = false;    // at `bytes`: its sources wait; else the oldest are dropped
        bool first = false;     // the sink gets only what is committed, while the state file can be written
    };
    /// Bytes that may wait in memory for a commit: more makes the sources wait.
    static constexpr std::size_t most_uncommitted = 8u << 20;
    /// From so many on, a commit is wanted before its time.
    static constexpr std::size_t enough_to_commit = 2u << 20;

    spool(store& in, batch_pool& pool, const series_table& series, std::string sink, limits kept);

    /// For a queue that takes it up: the greatest id that was given, and whether anything waits.
    std::uint64_t last_id() const;
    bool has_backlog() const;
    /// [router] Before a queue takes it up.
    void keep_to(limits now) { limits_ = now; }
    /// The sink gets nothing but by next().
    bool comes_first() const { return limits_.first; }

    /// [router]
    void add(std::uint64_t id, const batch_ref& batch);
    bool has_room() const;
    bool wants_commit() const { return uncommitted_.load() >= enough_to_commit; }
    /// [any] Something changed since the last cut.
    bool dirty() const { return dirty_.load(); }
    /// [sink] The sink has answered for all its records: it need not be kept.
    void gone(std::uint64_t id);

    /// [sink] What follows `after`: from disk, or, when all that is committed has been had, what the next epoch holds
    /// so far (and the one before it, when that can't be committed). Throws sqlite_error. Up to `most_bytes`, at least
    /// one; empty: what follows is just being committed. `all`: nothing more follows.
    struct piece {
        std::vector<spooled_batch> batches;
        std::uint64_t unreadable = 0; // damaged batches, lost
        bool all = false;
    };
    piece next(std::uint64_t after, std::size_t most_bytes);

    /// [router] Takes what the next epoch is to hold. `in_hand`: up to this id the sink has batches in memory.
    /// `ages_count`: those that are too old are dropped.
    epoch::sink_part cut(std::uint64_t in_hand, bool ages_count = true);
    /// [committer] The cut part can't be written for now: next() gives what is in it, too.
    void not_committed(const epoch::sink_part& part);
    /// [committer] The state file is another one.
    void file_replaced() { file_replaced_ = true; }
    /// [committer] The cut part is on disk; `now` waits in all.
    void committed(const backlog& now);

    /// [any] As of the last commit.
    std::int64_t waiting_records() const { return waiting_records_; }
    std::int64_t waiting_bytes() const { return waiting_bytes_; }
    std::int64_t oldest() const { return oldest_; }

private:
    const std::string sink_;
    limits limits_; // [router]
    const std::uint64_t first_id_;
    spool_reader reader_; // [sink]
    mutable std::mutex mutex_;
    std::deque<spooled_batch> fresh_;            // of the epoch that is open
    std::vector<spooled_batch> under_way_;       // of the one that was cut and could not be written
    std::vector<std::uint64_t> gone_, cut_gone_; // in the next epoch; in the one that is being committed
    std::uint64_t last_id_;                      // that was added
    std::uint64_t committed_to_, cut_to_;        // ids up to which are on disk; up to which were cut
    std::size_t cut_bytes_ = 0;
    std::atomic<std::size_t> uncommitted_{0};
    std::atomic<bool> dirty_{false}, file_replaced_{false};
    std::atomic<std::int64_t> waiting_batches_{0}, waiting_records_{0}, waiting_bytes_{0}, oldest_{0};
};

} // namespace releve::core
