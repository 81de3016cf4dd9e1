// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace releve::mail {

/// The number with the decimals that a step of `resolution` needs; where that is not known (0), with as few as tell it
/// apart, and no more than a person reads: three, or four significant digits below 1.
std::string number_text(double value, double resolution);

} // namespace releve::mail
