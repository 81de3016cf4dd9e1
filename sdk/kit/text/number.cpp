// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/number.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#ifndef __cpp_lib_to_chars // libc++ before 20 has no from_chars for double
#include <clocale>
#include <cstdlib>
#include <locale.h>
#endif

namespace releve::kit {
namespace {

constexpr int max_decimals = 9;
constexpr double largest_plain = 1e15; // beyond it a power of ten is shorter, and the last digits are not exact

#ifdef __cpp_lib_to_chars
bool read(std::string_view text, double& value) noexcept {
    const auto* const end = text.data() + text.size();
    const auto got = std::from_chars(text.data(), end, value);
    return got.ec == std::errc{} && got.ptr == end;
}
#else
bool read(std::string_view text, double& value) noexcept {
    std::array<char, 400> copy{}; // longer than any double that is written without a power of ten
    if (text.empty() || text.size() >= copy.size()) return false;
    if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos || text.front() == '+') return false;
    text.copy(copy.data(), text.size());
    static const locale_t plain = ::newlocale(LC_ALL_MASK, "C", nullptr);
    char* end = nullptr;
    value = ::strtod_l(copy.data(), &end, plain);
    return end == copy.data() + text.size();
}
#endif

template <class... Format>
std::string written(double value, Format... format) {
    std::array<char, 64> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value, format...).ptr};
}

std::string without_end_zeros(std::string text) {
    if (text.find('.') == std::string::npos) return text;
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

} // namespace

std::optional<double> number_in(std::string_view text) noexcept {
    double value = 0;
    if (!read(text, value) || !std::isfinite(value)) return std::nullopt;
    return value;
}

int decimals_of(double resolution) noexcept {
    if (!(resolution > 0) || !std::isfinite(resolution)) return -1;
    double step = resolution;
    for (int decimals = 0; decimals < max_decimals; ++decimals, step *= 10)
        if (std::abs(step - std::round(step)) < 1e-6 * step) return decimals;
    return max_decimals;
}

std::string number_text(double value, int decimals) {
    if (!std::isfinite(value)) return std::isnan(value) ? "\u2014" : value > 0 ? "\u221e" : "-\u221e";
    if (value == 0) value = 0; // not "-0"
    const auto size = std::abs(value);
    if (size >= largest_plain) return written(value, std::chars_format::general);
    if (decimals >= 0) {
        auto text = written(value, std::chars_format::fixed, std::min(decimals, max_decimals));
        return text.find_first_not_of("-0.") == std::string::npos && text.front() == '-' ? text.substr(1) : text;
    }
    if (size == 0 || size >= 1) return without_end_zeros(written(value, std::chars_format::fixed, 3));
    return written(value, std::chars_format::general, 4);
}

} // namespace releve::kit
