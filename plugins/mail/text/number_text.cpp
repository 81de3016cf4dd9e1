// SPDX-License-Identifier: Apache-2.0
#include "text/number_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace releve::mail {
namespace {

constexpr int max_decimals = 9;
constexpr double largest_plain = 1e15; // beyond it a power of ten is shorter, and the last digits are not exact

template <class... How>
std::string written(double value, How... how) {
    std::array<char, 64> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value, how...).ptr};
}

/// 1 is 0, 0.1 is 1, 0.25 is 2. -1: the step is not known.
int decimals_of(double resolution) {
    if (!(resolution > 0) || !std::isfinite(resolution)) return -1;
    double step = resolution;
    for (int decimals = 0; decimals < max_decimals; ++decimals, step *= 10)
        if (std::abs(step - std::round(step)) < 1e-6 * step) return decimals;
    return max_decimals;
}

std::string without_end_zeros(std::string text) {
    if (text.find('.') == std::string::npos) return text;
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

} // namespace

std::string number_text(double value, double resolution) {
    if (!std::isfinite(value)) return std::isnan(value) ? "\u2014" : value > 0 ? "\u221e" : "-\u221e";
    if (value == 0) value = 0; // not "-0"
    const auto size = std::abs(value);
    if (size >= largest_plain) return written(value, std::chars_format::general);
    if (const auto decimals = decimals_of(resolution); decimals >= 0) {
        auto text = written(value, std::chars_format::fixed, decimals);
        return text.find_first_not_of("-0.") == std::string::npos && text.front() == '-' ? text.substr(1) : text;
    }
    if (size == 0 || size >= 1) return without_end_zeros(written(value, std::chars_format::fixed, 3));
    return written(value, std::chars_format::general, 4);
}

} // namespace releve::mail
