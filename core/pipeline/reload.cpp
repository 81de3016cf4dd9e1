// SPDX-License-Identifier: Apache-2.0
// Another pipeline file while the pipeline runs: what differs ends, is replaced between two batches, and starts.
#include "config/same_section.hpp"
#include "runtime.hpp"

#include <sys/eventfd.h>

#include <algorithm>

namespace releve::core {

namespace {

using steady_time = std::chrono::steady_clock::time_point;

/// What is left of the grace for a node that does not come back when told to.
constexpr std::chrono::milliseconds last_moment{500};

steady_time a_moment_after(steady_time limit) {
    return std::max(limit, std::chrono::steady_clock::now()) + last_moment;
}

/// "2 added (a, b)"
std::string counted(const std::vector<std::string>& names, std::string_view what) {
    std::string text = std::to_string(names.size());
    text += what;
    const char* between = " (";
    for (const auto& one : names) {
        (text += between) += one;
        between = ", ";
    }
    return names.empty() ? text : text += ")";
}

} // namespace

std::string reloaded::text() const {
    return "reloaded: " + counted(restarted, restarted.size() == 1 ? " node restarted" : " nodes restarted") + ", " +
           counted(added, " added") + ", " + counted(removed, " removed") + ", " + std::to_string(unchanged) +
           " unchanged";
}

/// Sources, until what they made is delivered. A device that waits for room gets it: nothing that was read is lost.
bool runtime::end_sources(const node_list& some, steady_time limit) {
    std::vector<node*> all;
    for (const auto& one : some)
        if (!one->is_transform() && !one->takes()) all.push_back(one.get());
    for (auto* one : all) {
        one->leaving = true;
        one->made.widen();
        ask_to_stop(*one);
    }
    if (!wait_done(all, limit)) {
        for (auto* one : all) one->made.close();
        wait_done(all, a_moment_after(limit));
    }
    return router_.drain(all, limit);
}

/// Sinks: what they have in memory is written, once; what comes meanwhile waits in the spool, or at its source.
bool runtime::end_sinks(const node_list& some, steady_time limit) {
    std::vector<node*> all;
    for (const auto& one : some)
        if (!one->is_transform() && one->takes()) all.push_back(one.get());
    for (auto* one : all) {
        one->leaving = true;
        one->made.widen();
        one->owed.finish();
        one->closing = true;
        one->rest.wake();
    }
    if (wait_done(all, limit)) return true;
    for (auto* one : all) {
        if (one->done) continue;
        one->made.close();
        ask_to_stop(*one);
    }
    return wait_done(all, a_moment_after(limit));
}

/// Nodes that a reload has ended, once all that is of them is routed and committed.
void runtime::let_go_of_left() {
    node_list gone; // destroyed here, not by the router
    change as_it_is;
    as_it_is.nodes = nodes_;
    as_it_is.connections = connections_;
    router_.between_batches([&] {
        const auto keep = [](const auto& one) {
            const auto* spooled = one->spool_passed_on ? nullptr : one->owed.spooled();
            return !one->made.empty() || (spooled != nullptr && spooled->dirty());
        };
        const auto rest = std::stable_partition(left_.begin(), left_.end(), keep);
        gone.assign(rest, left_.end());
        left_.erase(rest, left_.end());
        use_nodes(as_it_is);
    });
}

reloaded runtime::reload(const std::shared_ptr<pipeline_file>& next) {
    reloaded told;
    told.site_key = changed_key(site(), next->site);
    if (!told.site_key.empty()) return told;
    auto to = make(*next, next);
    told.refused = std::move(to.refused);
    if (!told.refused.empty()) return told;
    for (const auto& one : to.made)
        (find(to.left, one->name()) != nullptr ? told.restarted : told.added).push_back(one->name());
    for (const auto& one : to.left)
        if (find(to.made, one->name()) == nullptr) told.removed.push_back(one->name());
    told.unchanged = to.nodes.size() - to.made.size();

    const auto limit = std::chrono::steady_clock::now() + std::chrono::nanoseconds{pipeline_.site.grace};
    {
        const std::lock_guard lock{mutex_};
        reloading_ = true;
    }
    end_sources(to.left, limit);
    end_sinks(to.left, limit);
    leave_behind(to.left);
    recall(to.made, true);
    open_spools(to.made);
    router_.between_batches([&] {
        adopt(to);
        start_transforms(to.made);
    });

    bool all_ended = true;
    for (const auto& one : to.left) {
        all_ended = all_ended && one->done;
        if (one->done) one->destroy();
        if (!one->done) abandoned_.push_back(one);
        if (find(to.nodes, one->name()) == nullptr) figures_.forget(one->name());
    }
    if (all_ended && stop_connections(to.left_connections, a_moment_after(limit))) {
        for (const auto& one : to.left_connections) one->destroy();
    } else { // it may still use its connection
        abandoned_.insert(abandoned_.end(), to.left_connections.begin(), to.left_connections.end());
    }

    launch(to.made, true);
    wait_until_tried(to.made);
    // A source begins where the one before it was committed; so that has to be.
    const bool committed = epochs_ == nullptr || epochs_->flush(a_moment_after(limit));
    if (!committed)
        how_.said->write(log_level::warning, {}, "not_committed",
                         "what changed sources had read is not yet committed: they may read some of it again");
    recall(to.made, false);
    launch(to.made, false);
    if (committed) let_go_of_left();
    for (const auto& one : to.left) {
        const auto* spooled = one->owed.spooled();
        if (spooled == nullptr || one->spool_passed_on || spooled->waiting_records() == 0) continue;
        how_.said->write(log_level::warning, one->name(), "orphan_spool",
                         std::to_string(spooled->waiting_records()) +
                             " records wait for this sink, which the pipeline file no longer has with a spool: they "
                             "are kept");
    }
    {
        const std::lock_guard lock{mutex_};
        reloading_ = false;
        ended_.notify_all();
        if (at_end()) eventfd_write(end_fd_, 1);
    }
    how_.said->write(log_level::info, {}, told.text(), told.text()); // each its own event: none hides another
    return told;
}

} // namespace releve::core
