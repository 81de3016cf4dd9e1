// SPDX-License-Identifier: Apache-2.0
// The firmwares that the simulator can be: their stock page as a template, and what they print.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wes_simulator {

enum class firmware { v0_61d, v0_8x, v0_84a10 };

std::optional<firmware> firmware_named(std::string_view name); // "V0.61D", "V0.8x", "V0.84A10"
std::string_view version(firmware which);                      // what <firmware> says: "V0.61D", "V0.83H", "V0.84A10"
int meters(firmware which);                                    // téléinfo meters: 2 or 3
bool clamps_in_kwh(firmware which);                            // else whole Wh
int switches(firmware which);                                  // 8 or 24

// The template of data.cgx.
std::string data_page(firmware which);

} // namespace wes_simulator
