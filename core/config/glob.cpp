// SPDX-License-Identifier: Apache-2.0
#include "glob.hpp"

namespace releve::core {

bool is_glob(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

bool matches(std::string_view glob, std::string_view name) {
    std::size_t g = 0, n = 0;
    std::size_t star = std::string_view::npos, resume = 0;
    while (n < name.size()) {
        if (g < glob.size() && glob[g] == '*') {
            star = g++;
            resume = n;
        } else if (g < glob.size() && (glob[g] == '?' || glob[g] == name[n])) {
            ++g;
            ++n;
        } else if (star != std::string_view::npos) { // the last star takes one letter more
            g = star + 1;
            n = ++resume;
        } else {
            return false;
        }
    }
    while (g < glob.size() && glob[g] == '*') ++g;
    return g == glob.size();
}

} // namespace releve::core
