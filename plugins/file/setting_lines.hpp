// SPDX-License-Identifier: Apache-2.0
// The text of a file of settings as lines. No I/O.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace releve::file {

struct setting_line {
    std::size_t number = 0; // in the file, from 1
    std::string setting, device, channel;
    double value = 0;
    std::optional<std::string> text; // instead of the value
};

struct bad_line {
    std::size_t number = 0;
    std::string why;
};

struct setting_lines {
    std::vector<setting_line> good; // no two of them for one setting
    std::vector<bad_line> bad;
};

/// "setting,device,channel,value" lines; a value in double quotes is a text. Blank lines, comments (#) and the heading
/// of just these words are ignored. A last line without its line end is bad: somebody may be writing it.
setting_lines read_settings(std::string_view text, char separator);

} // namespace releve::file
