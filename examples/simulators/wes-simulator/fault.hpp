// SPDX-License-Identifier: Apache-2.0
// The faults that a WES can have, one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wes_simulator {

enum class fault {
    none,
    unauthorized, // "401": refuses all credentials
    forbidden,    // "403": the account may not see the page
    slow,         // holds each reply back for `seconds`, or until another fault is set
    cut,          // closes the connection after `bytes` of the document (0: in the middle)
    split,        // sends the reply in pieces of a few bytes, or (`bytes`) the first so many and then the rest
    bad_name,     // a page with user-given names in Latin-1, without escaping
    absent_meter, // no frame on any téléinfo input: Pas Dispo, TIC NDERR., ----
    reboot,       // cuts all connections and refuses new ones for `seconds`
    dead          // refuses connections until another fault is set
};

struct fault_setting {
    fault kind = fault::none;
    double seconds = 0;    // slow, reboot
    std::size_t bytes = 0; // cut, split
};

// By the names of README.md, with the default of `seconds` (slow 10, reboot 5).
std::optional<fault_setting> fault_named(std::string_view name);
std::string_view name(fault kind);
inline constexpr std::string_view fault_names =
    "none, 401, 403, slow, cut, split, bad_name, absent_meter, reboot, dead";

} // namespace wes_simulator
