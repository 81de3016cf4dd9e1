// SPDX-License-Identifier: Apache-2.0
#ifndef RELEVE_SOURCE_HPP
#define RELEVE_SOURCE_HPP
#include <releve/file.hpp>
#include <releve/node.hpp>
#include <releve/plugin.hpp>

namespace releve {

/// A polled source: the host calls collect at each `interval`, on the node's thread, and backs off while it fails.
class source : public virtual node {
public:
    /// Records added before an exception are still emitted.
    virtual void collect(output& out) = 0;
};

/// A streaming source: the host calls run once for the node's whole life. Block only in context::wait; return soon once
/// it returns wake::stopped. When run throws before that, the host calls stop, start and run again, with back-off; when
/// it returns, there are no more records: the host calls stop, and the node is finished.
class streaming_source : public virtual node {
public:
    virtual void run(output& out) = 0;
};

} // namespace releve
#endif
