// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "options.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace releve::core {

/// A line of a file as a terminal shows it: tabs as blanks, nothing that is not printable, secrets as "***".
struct shown_line {
    std::string text, underline; // of the same width: blanks up to the position, then '^'
};

shown_line show_line(std::string_view line, const options::position& where,
                     const std::vector<options::position>& hidden);

} // namespace releve::core
