// SPDX-License-Identifier: Apache-2.0
// The template language of a WES: `t` text, `c` value, `i` include, `#` comment, `.` end.
//
// What no page tells follows the web server that a WES resembles most (Arm's, of its MDK-Middleware): a line is read
// 119 bytes at a time, and what is beyond is a line of its own; a line that begins with no command cuts the connection.
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

// What the firmware has for a code ("ip1", "PW3"; blanks removed). No arguments: it does not know the code.
using values = std::function<arguments(std::string_view code)>;

// The bytes of a file that a template includes, which are sent as they are. Nothing: there is no such file.
using includes = std::function<std::optional<std::string>(std::string_view name)>;

struct rendered {
    std::string text;
    bool broken = false; // the connection is cut after the text: no command, or more than largest_page
};
inline constexpr std::size_t largest_page = 1'048'576, longest_script_line = 119;

// A .cgx loses its line ends, a .cgi keeps them.
enum class line_ends { dropped, kept };

// A code that is not known prints nothing; empty lines are passed over.
rendered render(std::string_view page, const values& device, const includes& files = {},
                line_ends ends = line_ends::dropped);

// printf for a template that nobody vouches for: a conversion that does not fit its argument prints "?", where the
// device would print rubbish.
std::string formatted(std::string_view format, const arguments& with);

} // namespace wes_simulator
