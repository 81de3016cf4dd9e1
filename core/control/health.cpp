// SPDX-License-Identifier: Apache-2.0
#include "health.hpp"

#include <chrono>

namespace releve::core {

namespace {

/// A router that is alive passes as soon as it is woken.
constexpr std::chrono::milliseconds longest_pass{500};

/// Nodes with the same word are together.
std::string told(const std::vector<site_health::trouble>& all, bool with_reasons) {
    std::string made;
    std::string_view word;
    for (const auto& one : all) {
        if (!made.empty()) made += "; ";
        if (one.node.empty()) {
            made += with_reasons ? one.why : one.word;
            word = {};
            continue;
        }
        if (one.word != word) made += one.word + ": ";
        word = one.word;
        made += one.node;
        if (with_reasons) made += " (" + one.why + ")";
    }
    return made.empty() ? "well" : made;
}

} // namespace

std::string site_health::sentence() const { return told(all, true); }
std::string site_health::words() const { return told(all, false); }

site_health health_of(runtime& of) {
    if (of.ending()) return {{{{}, "stopping", "it is stopping"}}};
    if (of.router().passes() == 0) return {{{{}, "starting", "it is starting"}}};
    if (!of.router().passes_by(std::chrono::steady_clock::now() + longest_pass)) {
        const auto holder = of.router().holder();
        return {{{holder == nullptr ? std::string{} : holder->name(), "stuck",
                  "records do not move: " + of.router().held_by()}}};
    }
    site_health made;
    if (const auto why = of.state_file_trouble(); !why.empty())
        made.all.push_back({{}, "state file can't be written", "the state file can't be written: " + why});
    for (const auto& one : of.nodes())
        if (one->life().is(node_state::failing) || one->life().is(node_state::hanging))
            made.all.push_back({one->name(), "failing", one->figures().last_error().text});
    return made;
}

} // namespace releve::core
