// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/file.hpp>
#include <releve/node.hpp>
#include <releve/plugin.hpp>

namespace releve {

/// A polled source: the host calls collect at each `interval`, on the node's thread, and backs off while it fails.
class source : public virtual node {
public:
    /// What was added before an exception is emitted all the same.
    virtual void collect(output& out) = 0;
};

/// A streaming source: inside run for its whole life. Block only in context::wait; return soon once it answers
/// wake::stopped. When run throws or returns before that, the host calls stop, start and run again, with back-off.
class streaming_source : public virtual node {
public:
    virtual void run(output& out) = 0;
};

} // namespace releve
