// SPDX-License-Identifier: Apache-2.0
// A plugin's identity card: from the text of its note, and whether this host can take such a plugin.
#pragma once
#include "catalogue.hpp"

#include <string_view>

namespace releve::core {

inline constexpr std::size_t most_components = 256; // of a plugin

/// The card that `text` holds, line by line as abi.h says. Throws load_error.
plugin_card parse_card(const std::filesystem::path& file, std::string_view text);

/// Throws load_error when this host does not have the contract that the plugin wants.
void check_version(const plugin_card& card);

bool is_plugin_name(std::string_view name);    // lower case, digits and '-', at most 64, a letter first
bool is_component_name(std::string_view name); // lower case, digits and '_', at most 64, a letter first
bool is_roles(std::uint32_t roles);            // makes, takes, both, or a connection
/// Printable ASCII, 1 to 64 characters: a version or a licence.
bool is_short_text(std::string_view text);

} // namespace releve::core
