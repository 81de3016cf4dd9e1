// SPDX-License-Identifier: Apache-2.0
#include "health.hpp"

#include <chrono>
#include <thread>

namespace releve::core {

namespace {

/// A router that is alive passes as soon as it is woken.
bool router_passes(runtime& of) {
    constexpr int tries = 100;
    const auto seen = of.router().passes();
    of.router().wake();
    for (int i = 0; i < tries; ++i) {
        if (of.router().passes() != seen) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return false;
}

} // namespace

std::string health_problem(runtime& of) {
    if (of.ending()) return "it is stopping";
    if (of.router().passes() == 0) return "it is starting";
    if (!router_passes(of)) return "records do not move: a transform is busy for too long";
    std::string failing;
    for (const auto& one : of.nodes()) {
        if (!one->life().is(node_state::failing) && !one->life().is(node_state::hanging)) continue;
        failing += failing.empty() ? "failing: " : "; ";
        failing += one->name() + " (" + one->figures().last_error().text + ")";
    }
    return failing;
}

} // namespace releve::core
