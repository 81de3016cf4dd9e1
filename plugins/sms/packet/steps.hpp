// SPDX-License-Identifier: Apache-2.0
// Converts values to whole steps of their resolution and back, without loss.
#pragma once

#include <cstdint>
#include <optional>

namespace releve::sms {

/// The steps whose value is exactly this one. Nothing: it is finer than the resolution, or out of range.
std::optional<std::int64_t> steps_of(double value, int decimals);
/// The nearest steps. Nothing: out of range.
std::optional<std::int64_t> nearest_steps(double value, int decimals);
double value_of(std::int64_t steps, int decimals);

} // namespace releve::sms
