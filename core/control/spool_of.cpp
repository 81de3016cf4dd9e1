// SPDX-License-Identifier: Apache-2.0
#include "spool_of.hpp"

namespace releve::core {

std::optional<spool_figures> spool_of(const node& who) {
    const auto* spooled = who.owed().spooled();
    if (spooled == nullptr) return {};
    return spool_figures{static_cast<std::uint64_t>(spooled->waiting_bytes()),
                         static_cast<std::uint64_t>(spooled->waiting_records()),
                         spooled->oldest() == 0 ? never : spooled->oldest()};
}

} // namespace releve::core
