// SPDX-License-Identifier: Apache-2.0
#include "same_section.hpp"

namespace releve::core {

bool same_section(const node_section& one, const node_section& other) {
    // Each file has its own catalogue; the code that a catalogue has mapped is the same in all of them.
    return one.component->abi == other.component->abi &&
           static_cast<const node_settings&>(one) == static_cast<const node_settings&>(other);
}

std::string changed_key(const site_section& one, const site_section& other) {
    // The binding names every member, so that a new one does not compile until it is compared here.
    const auto& [name, timezone, state, max_series, grace, commit, control, listen, first] = one;
    if (name != other.name) return "name";
    if (timezone != other.timezone) return "timezone";
    if (state != other.state) return "state";
    if (max_series != other.max_series) return "max_series";
    if (grace != other.grace) return "grace";
    if (commit != other.commit_interval) return "commit";
    if (first != other.believes_first) return "first_reading";
    if (control != other.control) return "control";
    if (listen != other.listen) return "listen";
    return {};
}

} // namespace releve::core
