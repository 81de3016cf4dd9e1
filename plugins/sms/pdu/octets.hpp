// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace releve::sms {

using octets = std::vector<std::uint8_t>;

} // namespace releve::sms
