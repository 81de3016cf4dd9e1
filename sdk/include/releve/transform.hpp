// SPDX-License-Identifier: Apache-2.0
#ifndef RELEVE_TRANSFORM_HPP
#define RELEVE_TRANSFORM_HPP
#include <releve/node.hpp>
#include <releve/plugin.hpp>

namespace releve {

/// Turns records into records, on the router: must not block, needs no locks. Inputs that are not copied or forwarded
/// end here.
class transform : public virtual node {
public:
    virtual void process(const batch& in, output& out) = 0;
    /// The time set with context::wake_at has come.
    virtual void tick(time_point, output&) {}
};

} // namespace releve
#endif
