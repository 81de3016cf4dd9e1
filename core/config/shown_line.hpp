// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "options.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace releve::core {

/// A line of a file as a terminal shows it: tabs as blanks, nothing that is no printable text, secrets as "***".
struct shown_line {
    std::string text, underline; // of the same width: blanks up to the place, then '^'
};

shown_line show_line(std::string_view line, const options::place& where, const std::vector<options::place>& hidden);

/// Words that may come from a file, fit for a terminal.
std::string printable(std::string_view words);

} // namespace releve::core
