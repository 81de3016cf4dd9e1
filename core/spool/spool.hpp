// SPDX-License-Identifier: Apache-2.0
// The durable queue in front of one sink: what the sink has not written by the next commit goes to disk. A batch that
// is written before never does.
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
        std::int64_t bytes = 0; // on disk; 0: no limit
        std::int64_t age = 0;   // ns; 0: no limit
        bool blocks = false;    // at `bytes` its sources wait; else the oldest are dropped
        bool first = false;     // the sink gets only what is committed, while the state file can be written
    };
    /// Bytes that may wait in memory for a commit; then the sources wait.
    static constexpr std::size_t max_uncommitted = 8u << 20;
    /// Uncommitted bytes from which on a commit is due at once.
    static constexpr std::size_t early_commit_bytes = 2u << 20;

    spool(store& in, batch_pool& pool, const series_table& series, std::string sink, limits kept);

    /// For a queue that starts to use it: the greatest id so far, and whether anything waits.
    std::uint64_t last_id() const;
    bool has_backlog() const;
    /// [router] Before a queue uses it.
    void set_limits(limits now) { limits_ = now; }
    /// The sink gets batches only by next().
    bool comes_first() const { return limits_.first; }

    /// [router]
    void add(std::uint64_t id, const batch_ref& batch);
    bool has_room() const;
    bool wants_commit() const { return uncommitted_.load() >= early_commit_bytes; }
    /// [any thread] Something changed since the last cut.
    bool dirty() const { return dirty_.load(); }
    /// [sink] All records of the batch are written or rejected: it need not be kept.
    void gone(std::uint64_t id);

    /// Batches that are damaged on disk, and lost.
    struct loss {
        std::uint64_t batches = 0, records = 0;
    };
    /// [sink] What follows `after`: from disk, or, after all that is committed, from the next epoch (and from the one
    /// before it, when that can't be committed). Up to `max_bytes`, at least one batch; empty: what follows is being
    /// committed just now. `all`: nothing more follows. Throws sqlite_error; its damaged() also when more waits on disk
    /// than can be found, if all up to `after` is settled. Then what follows 0 is what is still to be had.
    struct piece {
        std::vector<spooled_batch> batches;
        loss unreadable;
        bool all = false;
    };
    piece next(std::uint64_t after, std::size_t max_bytes, bool all_before_is_settled = true);

    /// [router] Takes what belongs in the next epoch. `in_hand`: the sink has batches up to this id in memory.
    /// `ages_count`: batches that are too old are dropped.
    epoch::sink_part cut(std::uint64_t in_hand, bool ages_count = true);
    /// [committer] The cut part can't be written for now: next() also returns what is in it.
    void not_committed(const epoch::sink_part& part);
    /// [committer] The state file is another one.
    void file_replaced() { file_replaced_ = true; }
    /// [committer] What waits in total, other than by a commit of what was cut.
    void recount(const backlog& now);
    /// [committer] Up to `max` of what is gone since the last cut, to be deleted before it; take_back_gone() when that
    /// failed.
    std::vector<std::uint64_t> take_gone(std::size_t max);
    void take_back_gone(const std::vector<std::uint64_t>& failed);
    /// [router] When its oldest batch will be too old (UTC ns); never: nothing ever will.
    std::int64_t too_old_from() const;
    /// [committer] The cut part is on disk; `now` is what waits in total.
    void committed(const backlog& now);

    /// [any thread] As of the last commit.
    std::int64_t waiting_records() const { return waiting_records_; }
    std::int64_t waiting_bytes() const { return waiting_bytes_; }
    std::int64_t oldest() const { return oldest_; }

private:
    void count(const backlog& now);
    void find_stranded() const;

    const std::string sink_;
    limits limits_; // [router]
    const std::uint64_t first_id_;
    spool_reader reader_; // [sink]
    mutable std::mutex mutex_;
    std::deque<spooled_batch> fresh_;            // of the open epoch
    std::vector<spooled_batch> under_way_;       // of the epoch that was cut and could not be written
    std::vector<std::uint64_t> gone_, cut_gone_; // in the next epoch; in the one that is being committed
    std::uint64_t last_id_;                      // of the last batch that was added
    std::uint64_t committed_to_, cut_to_;        // up to these ids, batches are on disk; were cut
    std::size_t cut_bytes_ = 0;
    std::atomic<std::size_t> uncommitted_{0};
    std::atomic<bool> dirty_{false}, file_replaced_{false};
    std::atomic<std::int64_t> waiting_batches_{0}, waiting_records_{0}, waiting_bytes_{0}, oldest_{0};
};

} // namespace releve::core
