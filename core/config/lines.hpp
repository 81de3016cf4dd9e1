// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

namespace releve::core {

/// Line `number` of a text, counted from 1, without its end; empty: the text has no such line.
std::string_view line_of(std::string_view text, std::uint32_t number);

} // namespace releve::core
