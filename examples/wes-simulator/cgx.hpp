// SPDX-License-Identifier: Apache-2.0
// The template language of a WES, as far as its stock pages need it: `t` text, `c` value, `#` comment, `.` end.
#pragma once

#include <functional>
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

// Line ends vanish, as on the device. A code that is not known prints nothing.
std::string render(std::string_view page, const values& device);

// printf for a template that nobody vouches for: a conversion that does not fit its argument prints "?", where the
// device would print rubbish.
std::string formatted(std::string_view format, const arguments& with);

} // namespace wes_simulator
