// SPDX-License-Identifier: Apache-2.0
// From a pipeline file to nodes that are wired: what the start and a reload have in common.
#include "config/same_section.hpp"
#include "runtime.hpp"

#include <algorithm>

namespace releve::core {

namespace {

bool has(const node_list& in, const std::shared_ptr<node>& one) {
    return std::find(in.begin(), in.end(), one) != in.end();
}

bool spools(const node& one) { return one.takes() && !one.is_transform() && one.section.spool.on; }

spool::limits limits_of(const node_section& of) {
    return {of.spool.size_bytes, of.spool.age, of.spool.blocks, of.spool.first};
}

/// The sinks that a batch of `from` may reach, through transforms.
std::vector<node*> filled_by(const node& from) {
    std::vector<node*> fills, todo{from.downstream};
    while (!todo.empty()) {
        auto* next = todo.back();
        todo.pop_back();
        if (next->is_transform())
            todo.insert(todo.end(), next->downstream.begin(), next->downstream.end());
        else if (std::find(fills.begin(), fills.end(), next) == fills.end())
            fills.push_back(next);
    }
    return fills;
}

} // namespace

std::shared_ptr<node> runtime::find(const node_list& in, std::string_view name) {
    const auto at = std::find_if(in.begin(), in.end(), [&](const auto& one) { return one->name() == name; });
    return at == in.end() ? nullptr : *at;
}

std::shared_ptr<node> runtime::make_node(node_section& section, const change& of,
                                         const std::shared_ptr<const void>& keeps, std::vector<refusal>& refused) {
    auto made = std::make_shared<node>(*this, section, keeps);
    made->rest.retire(); // until its thread runs
    section.values.connect([&](std::string_view name) -> void* {
        const auto used = find(of.connections, name);
        return used == nullptr ? nullptr : used->self;
    });
    const auto status = made->create();
    for (const auto& one : made->refused_options()) refused.push_back({&section, one.path, one.why});
    if (status != RELEVE_OK && made->refused_options().empty()) refused.push_back({&section, {}, made->failure()});
    return made;
}

/// Makes what does not run yet as the file has it, beside what runs.
change runtime::make(pipeline_file& file, const std::shared_ptr<const void>& keeps) {
    change to;
    to.file = &file;
    const auto unchanged = [&](const node_list& in, const node_section& section) {
        auto old = find(in, section.name);
        const bool same = old != nullptr && same_section(old->section, section) &&
                          std::all_of(section.connections.begin(), section.connections.end(),
                                      [&](auto used) { return has(connections_, to.connections[used]); });
        return same ? old : nullptr;
    };
    std::vector<const void*> leaving;
    const auto left_of = [&](const node_list& now, const std::vector<node_section>& next) {
        node_list left;
        for (const auto& one : now)
            if (std::none_of(next.begin(), next.end(),
                             [&](const auto& section) { return unchanged(now, section) == one; })) {
                left.push_back(one);
                leaving.push_back(one.get());
            }
        return left;
    };
    to.left_connections = left_of(connections_, file.connections);
    series_.begin_trial(leaving);
    for (auto& section : file.connections) {
        auto kept = unchanged(connections_, section);
        to.connections.push_back(kept != nullptr ? kept : make_node(section, to, keeps, to.refused));
    }
    if (to.refused.empty()) { // else nodes would be made with connections that are none
        to.left = left_of(nodes_, file.nodes);
        series_.begin_trial(leaving);
        for (auto& section : file.nodes) {
            auto kept = unchanged(nodes_, section);
            to.nodes.push_back(kept != nullptr ? kept : make_node(section, to, keeps, to.refused));
            if (kept == nullptr) to.made.push_back(to.nodes.back());
        }
    }
    if (to.refused.empty()) return to;
    series_.end_trial(false);
    for (const auto& one : to.made)
        if (find(nodes_, one->name()) == nullptr) figures_.forget(one->name());
    to.made.clear();
    to.nodes.clear(); // before the connections that they use
    return to;
}

/// [router, or before it runs] From now on the pipeline is what `to` has.
void runtime::adopt(change& to) {
    std::vector<std::pair<std::uint32_t, counter_state>> known;
    for (const auto& one : to.left) {
        if (one->is_transform() && one->abi().stop != nullptr)
            one->enter([&](void* self) { return one->abi().stop(self); });
        if (one->is_transform()) one->how = node_state::stopped, one->done = true;
        const std::unique_lock lock{one->emitting, std::try_to_lock}; // one that does not end may hold it
        if (lock) one->known_counters(known);
    }
    {
        const std::lock_guard lock{counters_mutex_};
        for (const auto& [series, state] : known) counters_[series] = state;
    }
    series_.end_trial(true);
    for (const auto& one : to.connections) one->on_trial = false;
    for (const auto& one : to.made) {
        const auto before = find(to.left, one->name());
        const std::lock_guard lock{one->emitting};
        one->on_trial = false;
        one->look_again_at_series();
        if (one->takes() && !one->is_transform()) adopt_queue(*one, before.get());
        // What has ended is between two batches now; of a source, only what was emitted counts.
        if (before != nullptr && before->done && (one->takes() || how_.kept == nullptr)) one->state = before->state;
    }
    for (const auto& one : to.left) {
        if (!one->takes() || one->is_transform() || find(to.nodes, one->name()) != nullptr) continue;
        const auto lost = one->owed.give_up();
        if (lost == 0) continue;
        one->figures.dropped.fetch_add(lost, std::memory_order_relaxed);
        how_.said->write(log_level::error, one->name(), "lost_at_end",
                         std::to_string(lost) + " records were not yet written when it was removed, and are lost");
    }
    wire(to);
    use_nodes(to);
}

/// A sink goes on where the one before it, which has ended, was.
void runtime::adopt_queue(node& one, node* before) {
    if (how_.kept != nullptr && spools(one)) {
        auto& its = *spools_.at(one.name());
        its.set_limits(limits_of(one.section));
        one.owed.use(its);
    }
    for (const auto* some : {&left_, &nodes_}) // of this sink, there is one that commits
        for (const auto& other : *some)
            if (other.get() != &one && other->owed.spooled() != nullptr && other->owed.spooled() == one.owed.spooled())
                other->spool_passed_on = true;
    if (before != nullptr && before->takes() && !before->is_transform()) one.owed.take_over(before->owed);
}

/// What was committed of them, in an earlier run too.
void runtime::recall(const node_list& some, bool takers) {
    if (how_.kept == nullptr) return;
    for (const auto& one : some)
        if (one->takes() == takers) one->remembers(how_.kept->state_of(one->name()), how_.kept->cursor_of(one->name()));
}

void runtime::open_spools(const node_list& some) {
    if (how_.kept == nullptr) return;
    for (const auto& one : some)
        if (auto& its = spools_[one->name()]; its == nullptr && spools(*one))
            its = std::make_unique<spool>(*how_.kept, pool_, series_, one->name(), limits_of(one->section));
}

void runtime::wire(const change& to) {
    const std::lock_guard lock{mutex_};
    node_list late = left_; // what they made and is not yet routed goes the way of the new pipeline
    late.insert(late.end(), to.left.begin(), to.left.end());
    for (const auto& one : late) {
        std::vector<node*> now;
        for (const auto* old : one->downstream)
            if (const auto next = find(to.nodes, old->name())) now.push_back(next.get());
        one->downstream = std::move(now);
    }
    for (const auto& one : to.nodes) one->downstream.clear();
    for (std::size_t i = 0; i < to.nodes.size(); ++i)
        for (const auto upstream : to.file->nodes[i].inputs)
            to.nodes[upstream]->downstream.push_back(to.nodes[i].get());
    for (const auto& one : to.nodes) one->fills = filled_by(*one);
    for (const auto& one : late) one->fills = filled_by(*one);
    for (std::size_t i = 0; i < to.nodes.size(); ++i) {
        if (!has(to.made, to.nodes[i])) continue;
        for (const auto used : to.file->nodes[i].connections)
            to.nodes[i]->connections.push_back(to.connections[used].get());
    }
}

void runtime::use_nodes(const change& to) {
    std::vector<node*> makers, transforms;
    {
        const std::lock_guard lock{mutex_};
        left_.insert(left_.end(), to.left.begin(), to.left.end());
        nodes_ = to.nodes;
        connections_ = to.connections;
    }
    committing_ = left_;
    committing_.insert(committing_.end(), nodes_.begin(), nodes_.end());
    for (const auto& one : left_)
        if (one->makes() && !one->is_transform() && !one->made.empty()) makers.push_back(one.get());
    for (const auto& one : nodes_)
        if (one->is_transform())
            transforms.push_back(one.get());
        else if (one->makes())
            makers.push_back(one.get());
    router_.use(std::move(makers), std::move(transforms));
}

} // namespace releve::core
