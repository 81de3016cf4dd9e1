// SPDX-License-Identifier: Apache-2.0
// Creates and destroys nodes and connections.
#include "making.hpp"

#include <algorithm>
#include <utility>

namespace releve::testing {

void create(site::world& in, worker& on, fake& of, std::vector<problem> problems) {
    if (!problems.empty()) throw bad_options{std::move(problems)};
    connect(of);
    {
        const std::lock_guard lock{in.mutex};
        of.alive = true;
        of.stopping = of.started = of.acknowledgement = false;
        of.stop_fd.clear();
    }
    void* self = nullptr;
    const auto answer =
        in.call(on, of, phase::create, [&] { return of.component.create(&host_table(), of.context(), &self); });
    const std::lock_guard lock{in.mutex};
    of.self = self;
    if (answer) return;
    of.alive = false;
    for (const auto& [path, why] : of.refused_options) problems.push_back(refused_option(of, path, why));
    if (!problems.empty()) throw bad_options{std::move(problems)};
    throw std::runtime_error("component '" + of.component_name +
                             "' can't be created: " + (answer.why.empty() ? "it gave no reason" : answer.why));
}

void destroy(site::world& in, worker& on, fake& of) {
    if (!of.alive) return;
    in.call(on, of, phase::destroy, [&] {
        of.component.destroy(of.self);
        return RELEVE_OK;
    });
    const std::lock_guard lock{in.mutex};
    of.alive = false;
    of.self = nullptr;
    of.tick_due.reset();
    if (!of.rooms.empty())
        of.misbehaves(std::to_string(of.rooms.size()) +
                      " batches were begun but neither emitted nor discarded before destroy");
    // Batches that a sink only keeps are here too: they belong to the host and are not retained.
    const auto retained = std::ranges::count_if(of.received, [](const auto& one) { return one.second->retained != 0; });
    if (retained != 0)
        of.misbehaves(std::to_string(retained) + " received batches were retained but not released before destroy");
    of.rooms.clear();
    of.received.clear();
}

fake* site::world::connection(std::string_view name) {
    const auto found =
        std::ranges::find(connections, name, [](const auto& one) { return std::string_view{one->name}; });
    return found == connections.end() ? nullptr : found->get();
}

std::string site::world::free_name(std::string_view like) {
    std::string name{like};
    const int count = ++names[name];
    return count == 1 ? name : name + "_" + std::to_string(count);
}

outcome site::world::close() {
    outcome first;
    try {
        for (auto one = connections.rbegin(); one != connections.rend(); ++one) {
            auto& of = **one;
            if (std::exchange(of.started, false) && of.component.stop != nullptr) {
                const auto answer = call(*common_worker, of, phase::stop, [&] { return of.component.stop(of.self); });
                if (!answer && first) first = answer;
            }
            destroy(*this, *common_worker, of);
        }
    } catch (const std::exception& e) { // stuck, or still inside a function
        if (first) first = {RELEVE_PERMANENT, e.what()};
    }
    return first;
}

} // namespace releve::testing
