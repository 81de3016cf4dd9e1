// SPDX-License-Identifier: Apache-2.0
#include "switchover.hpp"

#include "config/same_section.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace releve::core {

namespace {

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

/// What differs, by name.
reloaded switchover::plan(pipeline_file& next, const std::shared_ptr<const void>& keeps, change& to) {
    reloaded made;
    made.site_key = changed_key(shared_.site, next.site);
    if (!made.site_key.empty()) return made;
    to = assembly_.make(next, keeps);
    made.refused = std::move(to.refused);
    if (!made.refused.empty()) return made;
    for (const auto& one : to.made)
        (find_node(to.left, one->name()) != nullptr ? made.restarted : made.added).push_back(one->name());
    for (const auto& one : to.left)
        if (find_node(to.made, one->name()) == nullptr) made.removed.push_back(one->name());
    made.unchanged = to.nodes.size() - to.made.size();
    return made;
}

reloaded switchover::to(const std::shared_ptr<pipeline_file>& next) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::nanoseconds{shared_.site.grace};
    if (!router_.passes_by(limit))
        throw std::runtime_error("records do not move, so nothing can be exchanged and nothing was changed: " +
                                 router_.held_by());
    change to;
    auto made = plan(*next, next, to);
    if (!made.done()) return made;
    watch_.hold(true);
    launcher_.end_sources(to.left, limit);
    launcher_.end_sinks(to.left, limit);
    launcher_.join_or_abandon(to.left);
    assembly_.prepare_takers(to.made);
    router_.between_batches([&] {
        launcher_.stop_transforms(to.left);
        assembly_.adopt(to);
        launcher_.start_transforms(to.made);
    });
    watch_.expect(graph_.nodes());
    let_go_of(to, limit);
    start(to, limit);
    report_orphans(to);
    watch_.hold(false);
    const auto text = made.text();
    shared_.log.write(log_level::info, {}, text, text); // each its own event: none hides another
    return made;
}

/// The objects of what has ended; what did not end keeps its connections.
void switchover::let_go_of(const change& to, steady_time limit) {
    bool all_ended = true;
    for (const auto& one : to.left) {
        const bool ended = one->life().ended();
        all_ended = all_ended && ended;
        if (ended) {
            one->leave_what_has_no_cursor();
            one->destroy();
        } else {
            abandoned_.push_back(one);
        }
        if (find_node(to.nodes, one->name()) == nullptr) shared_.metrics.forget(one->name());
    }
    if (all_ended && connections_.stop(to.left_connections, a_moment_after(limit)))
        for (const auto& one : to.left_connections) one->destroy();
    else
        abandoned_.insert(abandoned_.end(), to.left_connections.begin(), to.left_connections.end());
}

void switchover::start(const change& to, steady_time limit) {
    launcher_.start_sinks(to.made);
    launcher_.wait_until_tried(to.made);
    // A source begins where the one before it was committed; so that has to be.
    const bool committed = epochs_ == nullptr || epochs_->flush(a_moment_after(limit));
    if (!committed)
        shared_.log.write(log_level::warning, {}, "not_committed",
                          "what changed sources had read is not yet committed: they may read some of it again");
    assembly_.recall_sources(to.made);
    launcher_.start_sources(to.made);
    if (!committed) return;
    node_list finished; // destroyed here, not by the router
    router_.between_batches([&] { finished = graph_.take_finished(); });
}

void switchover::report_orphans(const change& to) {
    for (const auto& one : to.left) {
        const auto* spooled = one->owed().spooled();
        if (spooled == nullptr || one->owed().spool_passed_on() || spooled->waiting_records() == 0) continue;
        shared_.log.write(log_level::warning, one->name(), "orphan_spool",
                          std::to_string(spooled->waiting_records()) +
                              " records wait for this sink, which the pipeline file no longer has with a spool: they "
                              "are kept");
    }
}

} // namespace releve::core
