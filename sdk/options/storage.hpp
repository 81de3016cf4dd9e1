// SPDX-License-Identifier: Apache-2.0
// Storage of a section's values: the contract's structs, and everything that they point to, at fixed addresses.
#pragma once
#include "options.hpp"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace releve::options {

struct values::storage {
    std::deque<releve_value> nodes;
    std::deque<std::string> texts;
    std::deque<std::vector<const releve_value*>> items;
    std::map<std::string, position, std::less<>> positions; // by path, of given values
    std::vector<position> hidden, shown;
    std::vector<releve_value*> connections;
    position section;
    releve_value* root = nullptr;

    releve_value& make(std::uint32_t type, std::string_view key);
    releve_string keep(std::string text);
};

} // namespace releve::options
