// SPDX-License-Identifier: Apache-2.0
#include "quantities.hpp"

#include <algorithm>
#include <array>

namespace releve::core {

namespace {
constexpr std::array all{
    quantity{"active_energy", "Wh"},
    quantity{"reactive_energy", "var.h"},
    quantity{"apparent_energy", "V.A.h"},
    quantity{"power", "W"},
    quantity{"reactive_power", "var"},
    quantity{"apparent_power", "V.A"},
    quantity{"current", "A"},
    quantity{"voltage", "V"},
    quantity{"frequency", "Hz"},
    quantity{"temperature", "Cel"},
    quantity{"volume", "m3"},
    quantity{"volume_flow", "m3/h"},
    quantity{"illuminance", "lx"},
    quantity{"pressure", "Pa"},
    quantity{"signalling_rate", "Bd"},
    quantity{"duration", "s"},
    quantity{"relative_humidity", "%"},
    quantity{"ratio", "1"},
    quantity{"count", "1"},
    quantity{"state", "1"},
};
} // namespace

std::span<const quantity> quantities() { return all; }

const quantity* find_quantity(std::string_view name) {
    const auto at = std::find_if(all.begin(), all.end(), [&](const quantity& one) { return one.name == name; });
    return at == all.end() ? nullptr : &*at;
}

const quantity* quantity_of_unit(std::string_view unit) {
    const auto same = [&](const quantity& one) { return one.unit == unit; };
    if (std::count_if(all.begin(), all.end(), same) != 1) return nullptr;
    return &*std::find_if(all.begin(), all.end(), same);
}

} // namespace releve::core
