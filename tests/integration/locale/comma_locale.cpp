// SPDX-License-Identifier: Apache-2.0
// Loaded before a test program (LD_PRELOAD): the process has the locale of its environment from its first instruction,
// in C and in C++, as after a plugin that calls setlocale and std::locale::global.
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <locale>

namespace {
struct chosen_locale {
    chosen_locale() {
        char text[8];
        if (std::setlocale(LC_ALL, "") != nullptr) std::locale::global(std::locale{""});
        std::snprintf(text, sizeof text, "%.2f", 2.75);
        if (text[1] == ',') return;
        std::fputs("the locale has no decimal comma: nothing would be tested\n", stderr);
        std::_Exit(1);
    }
};
const chosen_locale at_load;
} // namespace
