// SPDX-License-Identifier: Apache-2.0
#include "host/world.hpp"

#include <releve/testing/site.hpp>

namespace releve::testing {

site::site(const plugin& of, std::string_view connections, setup with)
    : world_{std::make_shared<world>(of, std::move(with))} {
    world_->add_connections(connections);
}

time_point site::now() const {
    const std::lock_guard lock{world_->mutex};
    return to_time(world_->utc());
}
void site::set_clock(time_point to) {
    const std::lock_guard lock{world_->mutex};
    world_->offset = to_ns(to) - world_->steady;
    world_->note_change();
}
void site::advance(duration by) { world_->advance(by.count()); }
bool site::run_until(const std::function<bool()>& done, duration within) {
    return world_->run_until(done, within.count());
}
outcome site::close() { return world_->close(); }

std::vector<std::string> site::misbehaviour() const {
    const std::lock_guard lock{world_->mutex};
    std::vector<std::string> all;
    for (const auto& one : world_->connections)
        for (const auto& what : one->misbehaviour) all.push_back("connection '" + one->name + "': " + what);
    return all;
}

std::vector<log_line> site::logs() const {
    const std::lock_guard lock{world_->mutex};
    std::vector<log_line> all;
    for (const auto& one : world_->connections) all.insert(all.end(), one->logs.begin(), one->logs.end());
    return all;
}

} // namespace releve::testing
