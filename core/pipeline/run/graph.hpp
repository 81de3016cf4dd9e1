// SPDX-License-Identifier: Apache-2.0
// Which nodes there are, and who feeds whom. Changed by the router between two batches (or before it runs).
#pragma once
#include "change.hpp"
#include "pipeline/node/node.hpp"

#include <mutex>
#include <string_view>
#include <vector>

namespace releve::core {

/// nullptr: no node has that name.
std::shared_ptr<node> find_node(const node_list& in, std::string_view name);
bool has_node(const node_list& in, const std::shared_ptr<node>& one);

class graph {
public:
    /// [any] As they are now, in the file's order. What a reload has ended stays as it was while somebody holds it.
    node_list nodes() const;
    node_list connections() const;
    /// [any] Whether what `maker` makes is given to `taker`.
    bool feeds(const node& maker, const node& taker) const;

    /// [any] False: no source can go on, since each of them hangs, or stands before a sink that hangs and has no room.
    bool moves() const;

    // [router, or a thread that it waits for]
    /// Ended by a reload, and not yet all routed and committed.
    const node_list& left() const { return left_; }
    /// All of which something may be committed: those that a reload has ended, then the nodes.
    const node_list& committing() const { return committing_; }
    const std::vector<node*>& makers() const { return makers_; }
    const std::vector<node*>& transforms() const { return transforms_; }

    // [router, or before it runs]
    /// The nodes are those of `to`, wired as its file says.
    void adopt(const change& to);
    /// Nodes that a reload has ended and of which nothing is left. They are destroyed where the result is.
    node_list take_finished();

private:
    void wire(const change& to);
    void list();

    mutable std::mutex mutex_; // of the first two, and of the nodes' wires
    node_list nodes_, connections_;
    node_list left_, committing_;
    std::vector<node*> makers_, transforms_;
};

} // namespace releve::core
