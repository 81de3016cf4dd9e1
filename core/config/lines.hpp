// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

namespace releve::core {

/// The line of a text, from 1, without its end; empty when there is none.
std::string_view line_of(std::string_view text, std::uint32_t number);

} // namespace releve::core
