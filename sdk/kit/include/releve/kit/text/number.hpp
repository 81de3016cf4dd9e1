// SPDX-License-Identifier: Apache-2.0
// Numbers from and to text, never by the locale. Reading is strict: the whole text is one number, without blanks and
// without '+'. [any thread]
#pragma once
#include <releve/record_text.hpp> // shortest: the shortest text that reads back as the same double

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace releve::kit {

/// "12", "-0.5", "1e3". Nothing: another text, or a number that is not finite as a double ("nan", "inf", "1e999").
std::optional<double> number_in(std::string_view text) noexcept;

/// Nothing: another text, or a number that the type can't hold. `base` as from_chars has it: no "0x".
template <std::integral T>
requires(!std::same_as<T, bool> && !std::same_as<T, char>) std::optional<T> integer_in(std::string_view text,
                                                                                       int base = 10)
noexcept {
    T value{};
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value, base);
    if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return value;
}

/// Decimals that steps of `resolution` need: 1 is 0, 0.1 is 1, 0.25 is 2; at most 9. -1: the step is not known (0, or
/// not a number).
int decimals_of(double resolution) noexcept;

/// A number for people, with so many decimals. -1: with as few as distinguish it from its neighbours, and at most
/// three, or four significant digits below 1. From 1e15 on, with a power of ten. Never "-0". Not finite: "—", "∞",
/// "-∞".
std::string number_text(double value, int decimals);

} // namespace releve::kit
