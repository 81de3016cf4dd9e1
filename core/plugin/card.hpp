// SPDX-License-Identifier: Apache-2.0
// The card of a plugin: read from the text of its note, and checked for this host.
#pragma once
#include "catalogue.hpp"

#include <string_view>

namespace releve::core {

inline constexpr std::size_t max_components = 256; // per plugin

/// Parses a card; abi.h describes its lines. Throws load_error.
plugin_card parse_card(const std::filesystem::path& file, std::string_view text);

/// Throws load_error when this host does not have the contract that the plugin needs.
void check_version(const plugin_card& card);

bool is_plugin_name(std::string_view name);    // lower case, digits and '-', at most 64, a letter first
bool is_component_name(std::string_view name); // lower case, digits and '_', at most 64, a letter first
bool is_roles(std::uint32_t roles);            // makes, takes, both, or a connection
/// Printable ASCII, 1 to 64 characters: a version or a licence.
bool is_short_text(std::string_view text);

} // namespace releve::core
