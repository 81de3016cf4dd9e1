// SPDX-License-Identifier: Apache-2.0
// Converts between the contract's strings and C++'s.
#ifndef RELEVE_STRING_HPP
#define RELEVE_STRING_HPP
#include <releve/abi.h>

#include <string_view>

namespace releve {

/// The same bytes as the contract passes them; valid as long as they are.
constexpr releve_string to_c(std::string_view text) noexcept { return {text.data(), text.size()}; }
constexpr std::string_view view(releve_string text) noexcept {
    return text.data == nullptr ? std::string_view{} : std::string_view{text.data, text.size};
}

} // namespace releve
#endif
