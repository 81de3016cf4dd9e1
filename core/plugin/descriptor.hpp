// SPDX-License-Identifier: Apache-2.0
// What a plugin's code says about itself, checked against the contract and against its note.
#pragma once
#include "catalogue.hpp"

namespace releve::core {

/// Checks the descriptor and all its components; returns their card. Throws load_error.
plugin_card card_of(const releve_plugin_descriptor& plugin, const std::filesystem::path& file);

/// Throws load_error when the note and the code differ.
void check_same(const plugin_card& note, const plugin_card& code);

/// The text of a string that a plugin gave; empty for one without data.
std::string_view text_of(const releve_string& string);

} // namespace releve::core
