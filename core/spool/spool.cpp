// SPDX-License-Identifier: Apache-2.0
#include "spool.hpp"

#include "store.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace releve::core {

spool::spool(store& in, batch_pool& pool, const series_table& series, std::string sink, limits kept)
    : sink_{std::move(sink)}
    , limits_{kept}
    , first_id_{in.next_id_of(sink_)}
    , reader_{in.file(), sink_, pool, series}
    , committed_to_{first_id_ - 1}
    , cut_to_{first_id_ - 1} {
    committed(in.of(sink_));
}

std::uint64_t spool::last_id() const {
    const std::lock_guard lock{mutex_};
    return fresh_.empty() ? cut_to_ : fresh_.back().id;
}

bool spool::has_backlog() const {
    const std::lock_guard lock{mutex_};
    return waiting_batches_.load() != 0 || !fresh_.empty() || cut_to_ != committed_to_;
}

void spool::add(std::uint64_t id, const batch_ref& batch) {
    const std::lock_guard lock{mutex_};
    uncommitted_ += batch->bytes();
    fresh_.push_back({id, batch});
    dirty_ = true;
}

bool spool::has_room() const {
    const auto here = uncommitted_.load();
    return here < most_uncommitted && !(limits_.blocks && limits_.bytes != 0 &&
                                        waiting_bytes_.load() + static_cast<std::int64_t>(here) >= limits_.bytes);
}

void spool::gone(std::uint64_t id) {
    batch_ref last; // let go outside the lock
    const std::lock_guard lock{mutex_};
    if (!fresh_.empty() && id >= fresh_.front().id) {
        last = std::exchange(fresh_[id - fresh_.front().id].batch, {});
        if (last) uncommitted_ -= last->bytes();
    } else {
        gone_.push_back(id);
    }
    dirty_ = true;
}

spool::piece spool::next(std::uint64_t after, std::size_t most_bytes) {
    piece made;
    std::uint64_t to = 0;
    std::vector<std::uint64_t> answered; // by a queue that had the spool before, and still on disk
    {
        const std::lock_guard lock{mutex_};
        to = committed_to_;
        for (const auto* some : {&gone_, &cut_gone_})
            std::copy_if(some->begin(), some->end(), std::back_inserter(answered),
                         [&](auto id) { return id > after && id <= to; });
    }
    std::sort(answered.begin(), answered.end());
    while (after < to) {
        auto read = reader_.read(after, to, most_bytes);
        made.batches = std::move(read.batches);
        made.unreadable += read.unreadable.size();
        for (const auto id : read.unreadable) gone(id);
        const auto last = made.batches.empty() ? to : made.batches.back().id;
        std::erase_if(made.batches,
                      [&](const auto& one) { return std::binary_search(answered.begin(), answered.end(), one.id); });
        if (!made.batches.empty()) return made;
        after = last; // whatever lay between was written, was dropped, or is lost
    }
    const std::lock_guard lock{mutex_};
    if (committed_to_ > to || cut_to_ > after) return made; // more came on disk meanwhile, or is under way
    std::size_t bytes = 0;
    made.all = true;
    for (const auto& one : fresh_) {
        if (one.id <= after || !one.batch) continue;
        bytes += one.batch->bytes();
        if (!made.batches.empty() && bytes > most_bytes) {
            made.all = false;
            break;
        }
        made.batches.push_back(one);
    }
    return made;
}

epoch::sink_part spool::cut(std::uint64_t in_hand) {
    epoch::sink_part part;
    part.sink = sink_;
    part.limit_bytes = limits_.blocks ? 0 : limits_.bytes;
    part.limit_age = limits_.age;
    part.in_hand = in_hand;
    const std::lock_guard lock{mutex_};
    if (!fresh_.empty()) cut_to_ = fresh_.back().id;
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
    const std::lock_guard lock{mutex_};
    committed_to_ = cut_to_;
    cut_gone_.clear();
    uncommitted_ -= std::exchange(cut_bytes_, 0);
    waiting_batches_ = now.batches;
    waiting_records_ = now.records;
    waiting_bytes_ = now.bytes;
    oldest_ = now.oldest;
}

} // namespace releve::core
