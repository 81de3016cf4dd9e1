// SPDX-License-Identifier: Apache-2.0
#include "connections.hpp"

#include <algorithm>
#include <iterator>

namespace releve::core {

std::string connections::start_for(node& who) {
    const std::lock_guard lock{mutex_};
    for (auto* used : who.connections()) {
        if (used->life().is(node_state::running)) continue;
        used->life().starts();
        if (used->enter_start() != RELEVE_OK) {
            used->life().fails();
            return "connection '" + used->name() + "': " + used->failure();
        }
        used->life().goes_well();
    }
    return {};
}

bool connections::stop(const node_list& some, steady_time limit) {
    const std::lock_guard lock{mutex_};
    node_list running;
    std::copy_if(some.begin(), some.end(), std::back_inserter(running),
                 [](const auto& one) { return one->life().is(node_state::running); });
    if (!questions_.end(running, limit)) {
        for (const auto& one : running)
            if (questions_.is_asked(*one))
                shared_.log.write(log_level::error, one->name(), "abandoned",
                                  "it does not come back from a question (grace " + spell_duration(shared_.site.grace) +
                                      "): it is left behind");
        return false;
    }
    for (const auto& one : running) {
        one->enter_stop();
        one->life().ends();
    }
    return true;
}

} // namespace releve::core
