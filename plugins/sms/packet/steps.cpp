// SPDX-License-Identifier: Apache-2.0
#include "packet/steps.hpp"

#include "packet/state.hpp"

#include <cmath>

namespace releve::sms {
namespace {
double power_of_ten(int exponent) {
    double power = 1;
    for (; exponent > 0; --exponent) power *= 10;
    return power;
}
} // namespace

// Divided, not multiplied by 0.1: so 3 steps of 0.1 are the double that is written 0.3.
double value_of(std::int64_t steps, int decimals) {
    const auto number = static_cast<double>(steps);
    return decimals >= 0 ? number / power_of_ten(decimals) : number * power_of_ten(-decimals);
}

std::optional<std::int64_t> nearest_steps(double value, int decimals) {
    const auto steps = std::round(decimals >= 0 ? value * power_of_ten(decimals) : value / power_of_ten(-decimals));
    if (!(std::fabs(steps) <= static_cast<double>(steps_limit))) return std::nullopt;
    return static_cast<std::int64_t>(steps);
}

std::optional<std::int64_t> steps_of(double value, int decimals) {
    const auto steps = nearest_steps(value, decimals);
    if (!steps || value_of(*steps, decimals) != value) return std::nullopt;
    return steps;
}

} // namespace releve::sms
