// SPDX-License-Identifier: Apache-2.0
#ifndef RELEVE_SINK_HPP
#define RELEVE_SINK_HPP
#include <releve/delivery.hpp>
#include <releve/node.hpp>
#include <releve/plugin.hpp>

#include <span>

namespace releve {

/// Takes records, on the node's thread. A record of the same series and time replaces the earlier one: be idempotent. A
/// sink that also makes records has `static constexpr bool makes = true;` and emits through its own output.
class sink : public virtual node {
public:
    virtual void write(const delivery& in) = 0;
    /// Everything that is queued, oldest first: override it where one transaction for many batches is faster.
    virtual void write_group(std::span<const delivery> all) {
        for (const auto& one : all) {
            write(one);
            one.written();
        }
    }
};

} // namespace releve
#endif
