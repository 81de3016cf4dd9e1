// SPDX-License-Identifier: Apache-2.0
#include "temperature.hpp"

namespace releve::onewire {

temperature_verdict judge(const celsius& read, std::optional<double> before, const temperature_rules& rules) {
    if (!(read.degrees >= -55 && read.degrees <= 125)) return temperature_verdict::out_of_range;
    if (read.degrees != 85 || rules.power_on == power_on_rule::accept) return temperature_verdict::good;
    if (rules.power_on == power_on_rule::reject || read.sign == power_on_sign::never_converted)
        return temperature_verdict::power_on;
    if (read.sign == power_on_sign::converted || (before && *before > rules.near)) return temperature_verdict::good;
    return temperature_verdict::power_on;
}

std::optional<double> relative_humidity(humidity_chip of, double vad, double vdd, double degrees) {
    if (vdd <= 0 || (of != humidity_chip::hih4000 && of != humidity_chip::hih3600)) return std::nullopt;
    const double offset = of == humidity_chip::hih4000 ? 0.16 : 0.8 / vdd;
    return (vad / vdd - offset) / 0.0062 / (1.0546 - 0.00216 * degrees);
}

} // namespace releve::onewire
