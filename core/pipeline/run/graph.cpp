// SPDX-License-Identifier: Apache-2.0
#include "graph.hpp"

#include <algorithm>
#include <utility>

namespace releve::core {

namespace {

/// The sinks that a batch of `from` may reach, through transforms.
std::vector<node*> reached_by(node& from) {
    std::vector<node*> reaches, todo{from.wires().downstream};
    while (!todo.empty()) {
        auto* next = todo.back();
        todo.pop_back();
        if (next->is_transform())
            todo.insert(todo.end(), next->wires().downstream.begin(), next->wires().downstream.end());
        else if (std::find(reaches.begin(), reaches.end(), next) == reaches.end())
            reaches.push_back(next);
    }
    return reaches;
}

/// Something of it is still to be routed or committed.
bool is_unfinished(const std::shared_ptr<node>& one) {
    const auto* spooled = one->owed().spool_passed_on() ? nullptr : one->owed().spooled();
    return !one->made().empty() || (spooled != nullptr && spooled->dirty());
}

} // namespace

std::shared_ptr<node> find_node(const node_list& in, std::string_view name) {
    const auto at = std::find_if(in.begin(), in.end(), [&](const auto& one) { return one->name() == name; });
    return at == in.end() ? nullptr : *at;
}

bool has_node(const node_list& in, const std::shared_ptr<node>& one) {
    return std::find(in.begin(), in.end(), one) != in.end();
}

node_list graph::nodes() const {
    const std::lock_guard lock{mutex_};
    return nodes_;
}

node_list graph::connections() const {
    const std::lock_guard lock{mutex_};
    return connections_;
}

bool graph::feeds(const node& maker, const node& taker) const {
    const std::lock_guard lock{mutex_};
    const auto& takers = maker.wires().downstream;
    return std::find(takers.begin(), takers.end(), &taker) != takers.end();
}

bool graph::moves() const {
    const auto stands = [](const node& maker) {
        const auto& sinks = maker.wires().reaches;
        return maker.life().is(node_state::hanging) || std::any_of(sinks.begin(), sinks.end(), [](const node* sink) {
                   return sink->life().is(node_state::hanging) && !sink->owed().has_room();
               });
    };
    const std::lock_guard lock{mutex_};
    bool any = false;
    for (const auto& one : nodes_) {
        if (one->takes() || one->life().ended()) continue;
        if (!stands(*one)) return true;
        any = true;
    }
    return !any;
}

void graph::wire(const change& to) {
    auto late = left_; // what they made and is not yet routed goes the way of the new pipeline
    late.insert(late.end(), to.left.begin(), to.left.end());
    for (const auto& one : late) {
        std::vector<node*> now;
        for (const auto* old : one->wires().downstream)
            if (const auto next = find_node(to.nodes, old->name())) now.push_back(next.get());
        one->wires().downstream = std::move(now);
    }
    for (const auto& one : to.nodes) one->wires().downstream.clear();
    for (std::size_t i = 0; i < to.nodes.size(); ++i)
        for (const auto upstream : to.file->nodes[i].inputs)
            to.nodes[upstream]->wires().downstream.push_back(to.nodes[i].get());
    for (const auto* some : {&to.nodes, &std::as_const(late)})
        for (const auto& one : *some) one->wires().reaches = reached_by(*one);
}

void graph::adopt(const change& to) {
    {
        const std::lock_guard lock{mutex_};
        wire(to);
        left_.insert(left_.end(), to.left.begin(), to.left.end());
        nodes_ = to.nodes;
        connections_ = to.connections;
    }
    list();
}

node_list graph::take_finished() {
    const auto rest = std::stable_partition(left_.begin(), left_.end(), is_unfinished);
    node_list finished{rest, left_.end()};
    left_.erase(rest, left_.end());
    list();
    return finished;
}

void graph::list() {
    committing_ = left_;
    committing_.insert(committing_.end(), nodes_.begin(), nodes_.end());
    makers_.clear();
    transforms_.clear();
    for (const auto& one : left_)
        if (one->makes() && !one->is_transform() && !one->made().empty()) makers_.push_back(one.get());
    for (const auto& one : nodes_)
        if (one->is_transform())
            transforms_.push_back(one.get());
        else if (one->makes())
            makers_.push_back(one.get());
}

} // namespace releve::core
