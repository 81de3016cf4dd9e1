// SPDX-License-Identifier: Apache-2.0
#ifndef RELEVE_NODE_HPP
#define RELEVE_NODE_HPP
#include <releve/option_list.hpp>
#include <releve/output.hpp>

namespace releve {

/// The functions of all components. The constructor takes a releve::context&, checks the options and stores them,
/// without I/O; it throws bad_option to refuse a value. Each of these may throw: see failure.hpp.
class node {
public:
    node() = default;
    node(const node&) = delete;
    node& operator=(const node&) = delete;
    virtual ~node() = default;
    /// Is the device reachable? Connects, moves no data. For `check --online`.
    virtual void probe() {}
    /// Opens. After a failure it is called again, with back-off.
    virtual void start() {}
    /// Closes what start opened; also after a failed start.
    virtual void stop() {}
};

} // namespace releve
#endif
