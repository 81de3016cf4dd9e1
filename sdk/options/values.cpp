// SPDX-License-Identifier: Apache-2.0
#include "storage.hpp"
#include "words.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace releve::options {

releve_value& values::storage::make(std::uint32_t type, std::string_view key) {
    auto& made = nodes.emplace_back();
    made.size = sizeof made;
    made.type = type;
    made.key = key.empty() ? releve_string{} : keep(std::string(key));
    return made;
}

releve_string values::storage::keep(std::string text) { return string_of(texts.emplace_back(std::move(text))); }

values::values()
    : storage_(std::make_unique<storage>()) {
    storage_->section.line = 0;
    storage_->root = &storage_->make(RELEVE_OPTION_TABLE, {});
}
values::~values() = default;
values::values(values&&) noexcept = default;
values& values::operator=(values&&) noexcept = default;

const releve_value& values::root() const { return *storage_->root; }

std::optional<position> values::where(std::string_view path) const {
    while (!path.empty()) {
        if (const auto found = storage_->positions.find(path); found != storage_->positions.end()) return found->second;
        const auto cut = path.find_last_of(".[");
        path = path.substr(0, cut == std::string_view::npos ? 0 : cut);
    }
    return storage_->section.line > 0 ? std::optional(storage_->section) : std::nullopt;
}

const std::vector<position>& values::hidden() const { return storage_->hidden; }
const std::vector<position>& values::shown() const { return storage_->shown; }

std::vector<std::string> values::connections() const {
    std::vector<std::string> names;
    for (const auto* value : storage_->connections) {
        auto name = std::string(view(value->text));
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
    return names;
}

namespace {

bool same_value(const releve_value& one, const releve_value& other) {
    if (one.type != other.type || one.given != other.given || one.count != other.count || one.integer != other.integer)
        return false;
    const auto bits = [](double number) { return std::bit_cast<std::uint64_t>(number); }; // NaN is the same as NaN
    if (bits(one.number) != bits(other.number) || view(one.key) != view(other.key) ||
        view(one.text) != view(other.text))
        return false;
    for (std::uint32_t i = 0; i < one.count; ++i)
        if (!same_value(*one.items[i], *other.items[i])) return false;
    return true;
}

} // namespace

bool values::operator==(const values& other) const { return same_value(root(), other.root()); }

void values::connect(const std::function<void*(std::string_view name)>& object_of) {
    for (auto* value : storage_->connections) value->connection = object_of(view(value->text));
}

} // namespace releve::options
