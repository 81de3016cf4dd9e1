// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace releve::print {

/// The decimals that a step of this size needs: 1 is 0, 0.1 is 1, 0.25 is 2. -1: the step is not known (0).
int decimals_of(double resolution);

/// The number with so many decimals; with -1, as few as tell it apart from its neighbours, and no more than a person
/// reads: three, or four significant digits below 1.
std::string number_text(double value, int decimals);

} // namespace releve::print
