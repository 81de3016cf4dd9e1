// SPDX-License-Identifier: Apache-2.0
// Guesses the meaning of a duration or a size in another notation, for a suggestion.
#pragma once
#include "options.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace releve::options {

/// "10 min" gives "10m"; empty when there is nothing to guess.
std::string duration_meant(std::string_view text);
/// "4 Mo" gives "4MB"; empty when there is nothing to guess.
std::string size_meant(std::string_view text);

/// ASCII letters in lower case, blanks and underscores as single blanks, none at the ends.
std::string folded_for_guessing(std::string_view text);
/// Takes a number with an optional fraction ('.' or ',') from the front.
std::optional<double> take_number(std::string_view& text);
/// Takes everything up to a blank, a digit or a separator.
std::string_view take_word(std::string_view& text);

} // namespace releve::options
