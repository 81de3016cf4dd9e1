// SPDX-License-Identifier: Apache-2.0
// Which temperatures are to be believed.
#pragma once

#include <optional>

namespace releve::onewire {

/// What the scratchpad of a reading of exactly 85.0 says of it.
enum class power_on_sign { unknown, never_converted, converted };

struct celsius {
    double degrees = 0;
    power_on_sign sign = power_on_sign::unknown;
};

/// What to do with exactly 85.0, which a thermometer also answers that was not told to convert, or lost its power
/// since.
enum class power_on_rule { tell, accept, reject };

struct temperature_rules {
    power_on_rule power_on = power_on_rule::tell;
    double near = 80; // degrees: without a sign, 85.0 is believed after a value above this
};

enum class temperature_verdict { good, out_of_range, power_on };

/// Thermometers measure -55 to 125: 127.94, -127 and what a wrong sign makes are none of theirs.
temperature_verdict judge(const celsius& read, std::optional<double> before, const temperature_rules& rules);

/// In percent, of a HIH-4000 (or a HIH-3600) at a DS2438. Honeywell's data sheets, as owfs has them.
enum class humidity_chip { none, hih4000, hih3600, hih5030, htm1735 };
std::optional<double> relative_humidity(humidity_chip of, double vad, double vdd, double degrees);

} // namespace releve::onewire
