// SPDX-License-Identifier: Apache-2.0
#include "chip.hpp"

#include <algorithm>

namespace releve::onewire {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

char upper(char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_id(std::string_view text, char separator) {
    if (text.size() != 15 || text[2] != separator) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (i != 2 && digits.find(upper(text[i])) == std::string_view::npos) return false;
    return true;
}

struct family {
    std::string_view code;
    chip is;
};
// A6 is what owserver's simulated DS2438 has.
constexpr family families[] = {{"10", chip::thermometer}, {"22", chip::thermometer}, {"28", chip::thermometer},
                               {"3B", chip::thermometer}, {"42", chip::thermometer}, {"26", chip::ds2438},
                               {"A6", chip::ds2438},      {"1D", chip::ds2423},      {"12", chip::ds2406},
                               {"29", chip::ds2408}};

std::string code_of(std::string_view id) {
    std::string code{id.substr(0, 2)};
    std::transform(code.begin(), code.end(), code.begin(), upper);
    return code;
}

} // namespace

chip chip_of(std::string_view id) noexcept {
    const auto code = code_of(id);
    for (const auto& one : families)
        if (one.code == code) return one.is;
    return chip::other;
}

bool has_count_byte(std::string_view id) noexcept { return id.starts_with("28"); }

std::optional<std::string> owserver_id(std::string_view text) {
    if (!is_id(text, '.')) return std::nullopt;
    std::string made{text};
    std::transform(made.begin(), made.end(), made.begin(), upper);
    return made;
}

std::optional<std::string> w1_id(std::string_view text) {
    if (!is_id(text, '-')) return std::nullopt;
    std::string made{text};
    std::transform(made.begin(), made.end(), made.begin(), lower);
    return made;
}

} // namespace releve::onewire
