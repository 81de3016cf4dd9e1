// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "host/making.hpp"
#include "host/world.hpp"

#include <releve/testing/node.hpp>

#include <memory>
#include <vector>

namespace releve::testing {

struct delivered {
    std::shared_ptr<received_batch> batch;
    std::vector<std::uint8_t> answers;
    std::vector<std::string> reasons;
    std::uint64_t id = 0;
    std::uint32_t attempt = 0;
};

struct node::member final : fake {
    member(site::world& in, std::string name_of, const releve_component& of)
        : fake{in, part::node, std::move(name_of), of} {}

    std::shared_ptr<worker> thread;
    duration stop_took{};
    std::vector<delivered> kept; // deliveries with kept records, oldest first
    std::uint64_t deliveries_so_far = 0;

    /// A copy of the records that the node may keep with `retain`. Notes their series as received.
    std::shared_ptr<received_batch> receive(const records& in);
    /// Takes the batch back after the call that delivered it.
    void let_go(const releve_batch* batch);
};

} // namespace releve::testing
