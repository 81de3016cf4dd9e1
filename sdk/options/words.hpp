// SPDX-License-Identifier: Apache-2.0
// Phrases for messages.
#pragma once
#include "options.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace releve::options {

/// "'word'"
std::string in_quotes(std::string_view word);
/// The text as TOML has it: in double quotes, escaped, cut short when very long.
std::string as_toml(std::string_view text);
std::string as_text(double number);
/// "a string", "an integer"
std::string with_article(std::string_view noun);
/// "'a', 'b' or 'c'"
std::string one_of(const std::vector<std::string>& names);
/// "'a', 'b' and 'c'"
std::string all_of(const std::vector<std::string>& names);
/// A bound of a duration or a size in its shortest form: "3600s" is "1h". Other bounds unchanged.
std::string bound_as_text(std::uint32_t type, const std::string& bound);
/// "did you mean 'interval'?", else all names when they are few; may be empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& names);
/// "a string", "an integer", ... of a value in a file.
std::string what_it_is(const toml::node& value);

/// Whether a key looks like that of a secret: to hide more, never to show more.
bool names_a_secret(std::string_view key);

std::string_view view(releve_string text);
releve_string string_of(std::string_view text);

position position_of(const toml::source_region& region);

} // namespace releve::options
