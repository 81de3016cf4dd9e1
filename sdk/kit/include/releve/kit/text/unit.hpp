// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace releve::kit {

/// A UCUM code as people write the unit: "Cel" is "°C", "V.A" is "VA", "1" is nothing. Any other code is itself,
/// printable. [any thread]
std::string unit_text(std::string_view ucum);

} // namespace releve::kit
