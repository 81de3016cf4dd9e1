// SPDX-License-Identifier: Apache-2.0
// The values of the host's own keys, by key: the order of the descriptions does not matter here.
#pragma once
#include "words.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace releve::core {

/// Of one table that options::read made.
class host_values {
public:
    explicit host_values(const releve_value& table)
        : table_{table} {}

    /// nullptr: the section's descriptions have no such key.
    const releve_value* find(std::string_view key) const {
        for (std::uint32_t i = 0; i < table_.count; ++i)
            if (options::view(table_.items[i]->key) == key) return table_.items[i];
        return nullptr;
    }
    /// Throws std::logic_error: the host reads a key that it does not describe.
    const releve_value& at(std::string_view key) const {
        const auto* found = find(key);
        if (found == nullptr) throw std::logic_error("the host describes no key '" + std::string(key) + "'");
        return *found;
    }
    std::int64_t integer(std::string_view key) const { return at(key).integer; }
    bool boolean(std::string_view key) const { return at(key).integer != 0; }
    std::string_view text(std::string_view key) const { return options::view(at(key).text); }
    /// Nothing: the file does not have the key.
    std::optional<std::string> given_text(std::string_view key) const {
        return at(key).given != 0 ? std::optional{std::string(text(key))} : std::nullopt;
    }
    /// Whether the key has a text: false when the file has no such key, or a value of another type.
    bool has_text(std::string_view key) const { return at(key).text.data != nullptr; }
    /// Nothing: the key is not described here, or its value is not a table, which has been reported.
    std::optional<host_values> table(std::string_view key) const {
        const auto* found = find(key);
        if (found == nullptr || found->type != RELEVE_OPTION_TABLE || found->count == 0) return std::nullopt;
        return host_values{*found};
    }

private:
    const releve_value& table_;
};

} // namespace releve::core
