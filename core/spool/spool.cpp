// SPDX-License-Identifier: Apache-2.0
#include "spool.hpp"

#include "store.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace releve::core {

spool::spool(store& in, batch_pool& pool, const series_table& series, std::string sink, limits kept)
    : sink_{std::move(sink)}
    , limits_{kept}
    , first_id_{in.next_id_of(sink_)}
    , reader_{in.file(), sink_, pool, series}
    , last_id_{first_id_ - 1}
    , committed_to_{first_id_ - 1}
    , cut_to_{first_id_ - 1} {
    committed(in.of(sink_));
}

std::uint64_t spool::last_id() const {
    const std::lock_guard lock{mutex_};
    return last_id_;
}

bool spool::has_backlog() const {
    const std::lock_guard lock{mutex_};
    return waiting_batches_.load() != 0 || !fresh_.empty() || cut_to_ != committed_to_;
}

void spool::add(std::uint64_t id, const batch_ref& batch) {
    const std::lock_guard lock{mutex_};
    uncommitted_ += batch->bytes();
    fresh_.push_back({id, batch});
    last_id_ = id;
    dirty_ = true;
}

bool spool::has_room() const {
    const auto here = uncommitted_.load();
    return here < max_uncommitted && !(limits_.blocks && limits_.bytes != 0 &&
                                       waiting_bytes_.load() + static_cast<std::int64_t>(here) >= limits_.bytes);
}

void spool::gone(std::uint64_t id) {
    batch_ref last; // released outside the lock
    const std::lock_guard lock{mutex_};
    if (!fresh_.empty() && id >= fresh_.front().id) {
        last = std::exchange(fresh_[id - fresh_.front().id].batch, {});
        if (last) uncommitted_ -= last->bytes();
        while (!fresh_.empty() && !fresh_.front().batch) fresh_.pop_front(); // a commit may be far off
    } else {
        gone_.push_back(id);
    }
    dirty_ = true;
}

spool::piece spool::next(std::uint64_t after, std::size_t max_bytes, bool all_before_is_settled) {
    piece made;
    std::uint64_t to = 0;
    std::vector<std::uint64_t> done; // by an earlier queue of this spool, not committed yet
    {
        const std::lock_guard lock{mutex_};
        to = committed_to_;
        for (const auto* some : {&gone_, &cut_gone_})
            std::copy_if(some->begin(), some->end(), std::back_inserter(done), [&](auto id) { return id > after; });
    }
    std::sort(done.begin(), done.end());
    const auto is_done = [&](const spooled_batch& one) { return std::binary_search(done.begin(), done.end(), one.id); };
    while (after < to) {
        if (file_replaced_.exchange(false)) reader_.close();
        auto read = reader_.read(after, to, max_bytes);
        made.batches = std::move(read.batches);
        for (const auto& [id, records] : read.unreadable) {
            if (std::binary_search(done.begin(), done.end(), id)) continue;
            made.unreadable.batches += 1;
            made.unreadable.records += records;
            gone(id);
        }
        const auto last = made.batches.empty() ? to : made.batches.back().id;
        std::erase_if(made.batches, is_done);
        if (!made.batches.empty()) return made;
        after = last; // what was between is written, dropped or lost
    }
    const std::lock_guard lock{mutex_};
    if (committed_to_ > to) return made; // more is on disk meanwhile
    if (all_before_is_settled && made.unreadable.batches == 0) find_stranded();
    if (cut_to_ > after && under_way_.empty()) return made; // it will be in a moment
    if (limits_.first && under_way_.empty()) return made;   // the next epoch is still open
    std::size_t bytes = 0;
    made.all = true;
    const auto add_one = [&](const spooled_batch& one) {
        if (one.id <= after || !one.batch || is_done(one)) return true;
        bytes += one.batch->bytes();
        made.all = made.batches.empty() || bytes <= max_bytes;
        if (made.all) made.batches.push_back(one);
        return made.all;
    };
    if (std::all_of(under_way_.begin(), under_way_.end(), add_one)) std::all_of(fresh_.begin(), fresh_.end(), add_one);
    return made;
}

/// All that is on disk has been given: what waits there by the file's own count is what is gone since. More would wait
/// for ever.
void spool::find_stranded() const {
    std::vector<std::uint64_t> done;
    for (const auto* some : {&gone_, &cut_gone_})
        std::copy_if(some->begin(), some->end(), std::back_inserter(done),
                     [&](auto id) { return id <= committed_to_; });
    std::sort(done.begin(), done.end());
    const auto count = std::unique(done.begin(), done.end()) - done.begin();
    if (waiting_batches_.load() > count)
        throw sqlite_error(SQLITE_CORRUPT, std::to_string(waiting_batches_.load() - count) +
                                               " batches that wait for it can't be found in their order");
}

void spool::recount(const backlog& now) {
    const std::lock_guard lock{mutex_};
    count(now);
}

std::vector<std::uint64_t> spool::take_gone(std::size_t max) {
    const std::lock_guard lock{mutex_};
    const auto end = gone_.begin() + static_cast<std::ptrdiff_t>(std::min(max, gone_.size()));
    std::vector<std::uint64_t> taken{gone_.begin(), end};
    gone_.erase(gone_.begin(), end);
    cut_gone_.insert(cut_gone_.end(), taken.begin(), taken.end());
    return taken;
}

void spool::take_back_gone(const std::vector<std::uint64_t>& failed) {
    const std::lock_guard lock{mutex_};
    gone_.insert(gone_.end(), failed.begin(), failed.end());
}

std::int64_t spool::too_old_from() const {
    constexpr auto never = std::numeric_limits<std::int64_t>::max();
    const auto oldest = oldest_.load();
    return oldest == 0 || limits_.age == 0 || oldest > never - limits_.age - 1 ? never : oldest + limits_.age + 1;
}

void spool::not_committed(const epoch::sink_part& part) {
    const std::lock_guard lock{mutex_};
    if (under_way_.empty()) under_way_ = part.added;
}

epoch::sink_part spool::cut(std::uint64_t in_hand, bool ages_count) {
    epoch::sink_part part;
    part.sink = sink_;
    part.limit_bytes = limits_.blocks ? 0 : limits_.bytes;
    part.limit_age = ages_count ? limits_.age : 0;
    part.in_hand = in_hand;
    const std::lock_guard lock{mutex_};
    cut_to_ = last_id_;
    part.next_id = cut_to_ + 1;
    part.added.assign(std::make_move_iterator(fresh_.begin()), std::make_move_iterator(fresh_.end()));
    fresh_.clear();
    cut_gone_ = gone_;
    part.gone = std::exchange(gone_, {});
    cut_bytes_ = uncommitted_;
    dirty_ = false;
    return part;
}

void spool::committed(const backlog& now) {
    std::vector<spooled_batch> written; // released outside the lock
    const std::lock_guard lock{mutex_};
    written.swap(under_way_);
    committed_to_ = cut_to_;
    cut_gone_.clear();
    uncommitted_ -= std::exchange(cut_bytes_, 0);
    count(now);
}

void spool::count(const backlog& now) {
    waiting_batches_ = now.batches;
    waiting_records_ = now.records;
    waiting_bytes_ = now.bytes;
    oldest_ = now.oldest;
}

} // namespace releve::core
