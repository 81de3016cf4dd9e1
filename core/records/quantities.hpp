// SPDX-License-Identifier: Apache-2.0
// Each quantity has one canonical unit: docs/series.md, and this table, which a test holds against it.
#pragma once
#include <span>
#include <string_view>

namespace releve::core {

struct quantity {
    std::string_view name;
    std::string_view unit; // UCUM
};

std::span<const quantity> quantities();
/// The unit of a known quantity; empty data() for one that is not known.
const quantity* find_quantity(std::string_view name);
/// The quantity that a unit alone tells ("Wh" is active_energy); nullptr where several share it ("1", "%", "s").
const quantity* quantity_of_unit(std::string_view unit);

} // namespace releve::core
