// SPDX-License-Identifier: Apache-2.0
// The template language of a WES: `t` text, `c` value, `i` include, `#` comment, `.` end.
//
// What the pages do not show follows the web server that a WES resembles most (Arm's, of its MDK-Middleware): a line is
// read 119 bytes at a time, and the rest is a separate line; a line without a command cuts the connection.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wes_simulator {

// What the firmware hands to printf: one of the three.
struct argument {
    argument(long long value)
        : is{whole}
        , number{value} {} // NOLINT: made of what it is
    argument(double value)
        : is{real}
        , fraction{value} {} // NOLINT
    argument(std::string value)
        : is{words}
        , text{std::move(value)} {} // NOLINT
    argument(const char* value)
        : is{words}
        , text{value} {} // NOLINT

    enum { whole, real, words } is;
    long long number = 0;
    double fraction = 0;
    std::string text;
};
using arguments = std::vector<argument>;

// The value that the firmware has for a code ("ip1", "PW3"; blanks removed). No arguments: the code is unknown.
using values = std::function<arguments(std::string_view code)>;

// The bytes of a file that a template includes, which are sent as they are. Nothing: there is no such file.
using includes = std::function<std::optional<std::string>(std::string_view name)>;

struct rendered {
    std::string text;
    bool broken = false; // the connection is cut after the text: no command, or more than max_page
};
inline constexpr std::size_t max_page = 1'048'576, max_script_line = 119;

// A .cgx loses its line ends, a .cgi keeps them.
enum class line_ends { dropped, kept };

// An unknown code prints nothing; empty lines are ignored.
rendered render(std::string_view page, const values& device, const includes& files = {},
                line_ends ends = line_ends::dropped);

// printf for an untrusted template: a conversion that does not fit its argument prints "?", where the device would
// print rubbish.
std::string formatted(std::string_view format, const arguments& with);

} // namespace wes_simulator
