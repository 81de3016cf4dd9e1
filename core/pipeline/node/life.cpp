// SPDX-License-Identifier: Apache-2.0
#include "life.hpp"

#include <string>

namespace releve::core {

std::string_view spell(node_state state) {
    switch (state) {
    case node_state::made:
        return "made";
    case node_state::starting:
        return "starting";
    case node_state::running:
        return "running";
    case node_state::failing:
        return "failing";
    case node_state::hanging:
        return "hanging";
    case node_state::draining:
        return "draining";
    case node_state::closing:
        return "closing";
    case node_state::leaving:
        return "leaving";
    case node_state::stopping:
        return "stopping";
    case node_state::finished:
        return "finished";
    case node_state::stopped:
        return "stopped";
    case node_state::abandoned:
        return "abandoned";
    }
    return "unknown";
}

bool life::go(node_state next, set from, set settled) {
    auto now = state_.load(std::memory_order_acquire);
    for (;;) {
        if (!is_one_of(now, from)) {
            if (is_one_of(now, settled)) return false;
            log_.write(log_level::error, node_, "life_cycle",
                       "the host made a mistake: a node that is " + std::string{spell(now)} + " can't become " +
                           std::string{spell(next)});
            return false;
        }
        if (now == next) return false; // the usual case: no write that others would have to fetch
        if (state_.compare_exchange_weak(now, next, std::memory_order_acq_rel)) return true;
    }
}

} // namespace releve::core
