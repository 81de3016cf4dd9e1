// SPDX-License-Identifier: Apache-2.0
// The observed output of a node.
#include "node_member.hpp"

#include <algorithm>
#include <sstream>

namespace releve::testing {

namespace {

bool is_of(const emitted_record& one, std::string_view series, const labels& with) {
    return one.name() == series && std::ranges::all_of(with, [&](const auto& want) {
               const auto found = one.series->labels.find(want.first);
               return found != one.series->labels.end() && found->second == want.second;
           });
}

} // namespace

const std::string& node::name() const { return member_->name; }

bool node::running() const {
    const std::lock_guard lock{world_->mutex};
    return member_->thread->where == phase::run && member_->thread->state != worker::doing::nothing;
}
std::optional<outcome> node::ended() const {
    const std::lock_guard lock{world_->mutex};
    return member_->run_ended;
}
std::vector<emitted_record> node::emitted() const {
    const std::lock_guard lock{world_->mutex};
    return member_->emitted;
}
std::vector<emitted_record> node::emitted(std::string_view series, const labels& with) const {
    const std::lock_guard lock{world_->mutex};
    std::vector<emitted_record> some;
    std::ranges::copy_if(member_->emitted, std::back_inserter(some),
                         [&](const auto& one) { return is_of(one, series, with); });
    return some;
}
emitted_record node::last(std::string_view series, const labels& with) const {
    const auto all = emitted();
    const auto found =
        std::ranges::find_if(all.rbegin(), all.rend(), [&](const auto& one) { return is_of(one, series, with); });
    if (found != all.rend()) return *found;
    std::ostringstream text;
    text << "'" << name() << "' emitted no '" << series << "'";
    for (const char* between = " with "; const auto& [key, value] : with) {
        text << between << key << "=" << value;
        between = ", ";
    }
    text << "; of " << all.size() << " records the last are";
    constexpr std::size_t most = 20;
    for (std::size_t i = all.size() > most ? all.size() - most : 0; i < all.size(); ++i) text << "\n  " << all[i];
    throw std::out_of_range(text.str());
}
std::vector<declared_series> node::declared() const {
    const std::lock_guard lock{world_->mutex};
    return world_->series.of(member_->name);
}
std::vector<log_line> node::logs() const {
    const std::lock_guard lock{world_->mutex};
    return member_->logs;
}
std::vector<log_line> node::logs(std::string_view event) const {
    auto all = logs();
    std::erase_if(all, [&](const auto& one) { return one.event != event; });
    return all;
}
std::vector<health_change> node::health() const {
    const std::lock_guard lock{world_->mutex};
    return member_->health;
}
std::optional<bool> node::up(std::string_view subject) const {
    const std::lock_guard lock{world_->mutex};
    const auto found = member_->up.find(subject);
    return found == member_->up.end() ? std::nullopt : std::optional{found->second};
}
std::optional<double> node::metric(std::string_view name_of) const {
    const std::lock_guard lock{world_->mutex};
    const auto found =
        std::ranges::find(member_->metrics, name_of, [](const auto& one) { return std::string_view{one.name}; });
    return found == member_->metrics.end() ? std::nullopt : std::optional{found->value};
}
std::uint64_t node::emits() const {
    const std::lock_guard lock{world_->mutex};
    return member_->emits;
}
std::string node::cursor() const {
    const std::lock_guard lock{world_->mutex};
    return member_->durable.cursor();
}
std::string node::committed_cursor() const {
    const std::lock_guard lock{world_->mutex};
    return member_->durable.committed_cursor();
}
std::map<std::string, std::string> node::state() const {
    const std::lock_guard lock{world_->mutex};
    return member_->durable.visible();
}
std::map<std::string, std::string> node::committed_state() const {
    const std::lock_guard lock{world_->mutex};
    return member_->durable.committed();
}
std::optional<time_point> node::wake_at() const {
    const std::lock_guard lock{world_->mutex};
    return member_->tick_due ? std::optional{to_time(*member_->tick_due)} : std::nullopt;
}
duration node::steady() const {
    const std::lock_guard lock{world_->mutex};
    return duration{world_->steady};
}
duration node::stop_took() const { return member_->stop_took; }
std::vector<std::string> node::misbehaviour() const {
    const std::lock_guard lock{world_->mutex};
    return member_->misbehaviour;
}
void node::forget() {
    const std::lock_guard lock{world_->mutex};
    member_->emitted.clear();
    member_->logs.clear();
    member_->health.clear();
}

} // namespace releve::testing
