// SPDX-License-Identifier: Apache-2.0
// Which temperatures are accepted.
#pragma once

#include <optional>

namespace releve::onewire {

/// What the scratchpad says of a value of exactly 85.0.
enum class power_on_sign { unknown, never_converted, converted };

struct celsius {
    double degrees = 0;
    power_on_sign sign = power_on_sign::unknown;
};

/// What to do with exactly 85.0, which is also the value of a thermometer that has not converted since it got power.
enum class power_on_rule { detect, accept, reject };

struct temperature_rules {
    power_on_rule power_on = power_on_rule::detect;
    double near = 80; // degrees: without a sign, 85.0 is accepted after a value above this
};

enum class temperature_verdict { good, out_of_range, power_on };

/// Thermometers measure -55 to 125: 127.94, -127 and the results of a wrong sign are out of range.
temperature_verdict judge(const celsius& read, std::optional<double> before, const temperature_rules& rules);

/// In percent, of a HIH-4000 (or a HIH-3600) at a DS2438. Honeywell's data sheets, as owfs has them.
enum class humidity_chip { none, hih4000, hih3600, hih5030, htm1735 };
std::optional<double> relative_humidity(humidity_chip of, double vad, double vdd, double degrees);

} // namespace releve::onewire
