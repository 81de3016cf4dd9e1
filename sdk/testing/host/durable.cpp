// SPDX-License-Identifier: Apache-2.0
#include "durable.hpp"

namespace releve::testing {

namespace {
constexpr std::size_t max_value = 65'536, max_node_state = 1'048'576; // bytes, as abi.h has them
}

std::string durable_state::write(std::string_view key, std::optional<std::string_view> value) {
    if (key.empty()) return "a state's key is empty";
    if (value && value->size() > max_value)
        return "state '" + std::string{key} + "' has " + std::to_string(value->size()) +
               " bytes: at most 64 KiB a value";
    std::size_t all = key.size() + (value ? value->size() : 0);
    for (const auto& [other, text] : visible_)
        if (other != key) all += other.size() + text.size();
    if (all > max_node_state) return "the node's state has more than 1 MiB";

    unassigned_.push_back({std::string{key}, value ? std::optional{std::string{*value}} : std::nullopt});
    if (value)
        visible_.insert_or_assign(std::string{key}, std::string{*value});
    else
        visible_.erase(std::string{key});
    return {};
}

std::optional<std::string> durable_state::read(std::string_view key) const {
    const auto found = visible_.find(std::string{key});
    return found == visible_.end() ? std::nullopt : std::optional{found->second};
}

void durable_state::emitted(std::uint64_t emit, std::string_view cursor) {
    if (!cursor.empty()) cursor_ = cursor;
    if (cursor.empty() && unassigned_.empty()) return;
    steps_.push_back({emit, std::string{cursor}, std::move(unassigned_)});
    unassigned_.clear();
}

void durable_state::commit(std::uint64_t up_to) {
    if (up_to > acknowledged_) acknowledged_ = up_to;
    while (!steps_.empty() && steps_.front().emit <= up_to) {
        for (const auto& [key, value] : steps_.front().changes) {
            if (value)
                committed_.insert_or_assign(key, *value);
            else
                committed_.erase(key);
        }
        if (!steps_.front().cursor.empty()) committed_cursor_ = steps_.front().cursor;
        steps_.pop_front();
    }
}

void durable_state::forget_uncommitted() {
    visible_ = committed_;
    cursor_ = committed_cursor_;
    unassigned_.clear();
    steps_.clear();
    acknowledged_ = 0;
}

} // namespace releve::testing
