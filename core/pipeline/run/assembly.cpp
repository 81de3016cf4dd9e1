// SPDX-License-Identifier: Apache-2.0
#include "assembly.hpp"

#include "config/same_section.hpp"

#include <algorithm>
#include <vector>

namespace releve::core {

namespace {

bool spools(const node& one) { return one.is_sink() && one.section().spool.on; }

spool::limits limits_of(const node_section& of) {
    return {of.spool.size_bytes, of.spool.age, of.spool.blocks, of.spool.first};
}

/// The nodes that run and are in the next pipeline as they are.
class survivors {
public:
    survivors(const node_list& running, const node_list& connections)
        : running_{running}
        , connections_{connections} {}

    /// The node that is as the section says; its connections have survived, too. nullptr: there is none.
    std::shared_ptr<node> as(const node_section& section, const node_list& next_connections) const {
        auto old = find_node(running_, section.name);
        const auto is_kept = [&](auto used) { return has_node(connections_, next_connections[used]); };
        const bool same = old != nullptr && same_section(old->section(), section) &&
                          std::all_of(section.connections.begin(), section.connections.end(), is_kept);
        return same ? old : nullptr;
    }
    /// Those that are in none of the sections as they are.
    node_list left_by(const std::vector<node_section>& next, const node_list& next_connections) const {
        node_list left;
        for (const auto& one : running_)
            if (std::none_of(next.begin(), next.end(),
                             [&](const auto& section) { return as(section, next_connections) == one; }))
                left.push_back(one);
        return left;
    }

private:
    const node_list& running_;
    const node_list& connections_;
};

void add_to(std::vector<const void*>& leaving, const node_list& left) {
    for (const auto& one : left) leaving.push_back(one.get());
}

} // namespace

std::shared_ptr<node> assembly::make_node(node_section& section, const node_list& connections,
                                          const std::shared_ptr<const void>& keeps, std::vector<refusal>& refused) {
    auto made = std::make_shared<node>(shared_, section, keeps);
    section.values.connect([&](std::string_view name) -> void* {
        const auto used = find_node(connections, name);
        return used == nullptr ? nullptr : used->object();
    });
    const auto status = made->create();
    for (const auto& one : made->refused_options()) refused.push_back({&section, one.path, one.why});
    if (status != RELEVE_OK && made->refused_options().empty()) refused.push_back({&section, {}, made->failure()});
    for (const auto used : section.connections)
        if (used < connections.size()) made->connections().push_back(connections[used].get());
    return made;
}

change assembly::make(pipeline_file& file, const std::shared_ptr<const void>& keeps) {
    change to;
    try {
        make(to, file, keeps);
    } catch (...) { // no descriptor, no memory
        drop(to);
        throw;
    }
    if (!to.refused.empty()) drop(to);
    return to;
}

/// Nothing of it was ever part of the pipeline.
void assembly::drop(change& to) {
    shared_.series.end_trial(false);
    for (const auto& one : to.made)
        if (find_node(graph_.nodes(), one->name()) == nullptr) shared_.metrics.forget(one->name());
    to.made.clear();
    to.nodes.clear(); // before the connections that they use
}

void assembly::make(change& to, pipeline_file& file, const std::shared_ptr<const void>& keeps) {
    to.file = &file;
    const auto connections = graph_.connections(), nodes = graph_.nodes();
    const survivors of_connections{connections, connections}, of_nodes{nodes, connections};
    std::vector<const void*> leaving;
    to.left_connections = of_connections.left_by(file.connections, to.connections);
    add_to(leaving, to.left_connections);
    shared_.series.begin_trial(leaving);
    for (auto& section : file.connections) {
        auto kept = of_connections.as(section, to.connections);
        to.connections.push_back(kept != nullptr ? kept : make_node(section, to.connections, keeps, to.refused));
    }
    if (to.refused.empty()) { // else nodes would be made with connections that do not work
        to.left = of_nodes.left_by(file.nodes, to.connections);
        add_to(leaving, to.left);
        shared_.series.begin_trial(leaving);
        for (auto& section : file.nodes) {
            auto kept = of_nodes.as(section, to.connections);
            to.nodes.push_back(kept != nullptr ? kept : make_node(section, to.connections, keeps, to.refused));
            if (kept == nullptr) to.made.push_back(to.nodes.back());
        }
    }
}

void assembly::prepare_takers(const node_list& made) {
    if (store_ == nullptr) return;
    recall(made, true);
    for (const auto& one : made)
        if (auto& its = spools_[one->name()]; its == nullptr && spools(*one))
            its =
                std::make_unique<spool>(*store_, shared_.pool, shared_.series, one->name(), limits_of(one->section()));
}

void assembly::recall_sources(const node_list& made) {
    if (store_ != nullptr) recall(made, false);
}

void assembly::recall(const node_list& some, bool takers) {
    for (const auto& one : some)
        if (one->takes() == takers) one->memory().recall(store_->state_of(one->name()), store_->cursor_of(one->name()));
}

void assembly::adopt(const change& to) {
    counter_list known;
    for (const auto& one : to.left) one->known_counters(known);
    shared_.counters.remember(known);
    shared_.series.end_trial(true);
    for (const auto& one : to.connections) one->join_pipeline();
    for (const auto& one : to.made) {
        one->join_pipeline();
        take_over_from(to, *one);
    }
    for (const auto& one : to.left)
        if (one->is_sink() && find_node(to.nodes, one->name()) == nullptr) give_up(*one);
    graph_.adopt(to);
}

/// A node goes on where the one before it, if it has ended, was.
void assembly::take_over_from(const change& to, node& one) {
    const auto before = find_node(to.left, one.name());
    if (one.is_sink()) adopt_queue(one, before.get());
    // What has ended is between two batches now; of a source, only what was emitted counts.
    if (before != nullptr && before->life().ended() && (one.takes() || store_ == nullptr))
        one.memory().take_over(before->memory());
}

void assembly::adopt_queue(node& one, node* before) {
    if (store_ != nullptr && spools(one)) {
        auto& its = *spools_.at(one.name());
        its.set_limits(limits_of(one.section()));
        one.owed().use(its, one.section().spool.size_bytes);
    }
    for (const auto& other : graph_.committing()) // of each sink, there is one that commits
        if (other.get() != &one && other->owed().spooled() != nullptr &&
            other->owed().spooled() == one.owed().spooled())
            other->owed().pass_on_spool();
    if (before != nullptr && before->is_sink()) one.owed().take_over(before->owed());
}

/// What waits for a sink that the pipeline no longer has, and is in no spool, is lost.
void assembly::give_up(node& one) {
    const auto lost = one.owed().give_up();
    if (lost == 0) return;
    figures::add(one.figures().dropped, lost);
    shared_.log.write(log_level::error, one.name(), "lost_at_end",
                      std::to_string(lost) + " records were not yet written when it was removed, and are lost");
}

} // namespace releve::core
