// SPDX-License-Identifier: Apache-2.0
// Short descriptions of options, and a section read with them.
#pragma once
#include "options.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace described {

inline releve::options::description option(std::uint32_t type, std::string key) {
    releve::options::description made;
    made.type = type;
    made.key = std::move(key);
    made.help = "What it is for";
    return made;
}

inline releve::options::description with_fallback(std::uint32_t type, std::string key, std::string fallback) {
    auto made = option(type, std::move(key));
    made.fallback = std::move(fallback);
    return made;
}

inline releve::options::description required(std::uint32_t type, std::string key) {
    auto made = option(type, std::move(key));
    made.flags = RELEVE_OPTION_REQUIRED;
    return made;
}

inline releve::options::description choice(std::string key, std::vector<std::string> of) {
    auto made = option(RELEVE_OPTION_CHOICE, std::move(key));
    made.choices = std::move(of);
    return made;
}

inline releve::options::description list(std::uint32_t of, std::string key) {
    auto made = option(RELEVE_OPTION_LIST, std::move(key));
    made.item_type = of;
    return made;
}

inline releve::options::description table(std::string key, releve::options::descriptions fields) {
    auto made = option(RELEVE_OPTION_TABLE, std::move(key));
    made.fields = std::move(fields);
    return made;
}

inline releve::options::description tables(std::string key, releve::options::descriptions fields) {
    auto made = list(RELEVE_OPTION_TABLE, std::move(key));
    made.fields = std::move(fields);
    return made;
}

inline std::string text(releve_string words) { return {words.data, words.size}; }

/// The value at a key of a table.
inline const releve_value& at(const releve_value& table, std::string_view key) {
    for (std::uint32_t i = 0; i < table.count; ++i)
        if (text(table.items[i]->key) == key) return *table.items[i];
    throw std::out_of_range("no field " + std::string(key));
}

/// A section [x] with the body `toml`, which begins on line 2.
struct section {
    std::vector<releve::options::problem> problems;
    releve::options::values values;

    section(const std::string& toml, const releve::options::descriptions& options,
            const releve::options::read_settings& settings = {"/site", {}, "component 'meter'"})
        : values(releve::options::read(*toml::parse("[x]\n" + toml).get_as<toml::table>("x"), options, settings,
                                       problems)) {}

    const releve_value& operator[](std::string_view key) const { return at(values.root(), key); }

    /// "2:1 what; help" of the only problem; "none", or how many there are.
    std::string problem() const {
        if (problems.empty()) return "none";
        if (problems.size() > 1) return std::to_string(problems.size()) + " problems";
        const auto& one = problems.front();
        return std::to_string(one.where.line) + ":" + std::to_string(one.where.column) + " " + one.what +
               (one.help.empty() ? "" : "; " + one.help);
    }
};

} // namespace described
