// SPDX-License-Identifier: Apache-2.0
// The program's log on stderr: coloured at a terminal, plain in a pipe.
#pragma once
#include "pipeline/clock.hpp"
#include "telemetry/log.hpp"

#include <memory>
#include <string>

namespace releve::core {

/// A log that writes through spdlog to stderr: coloured with the time at a terminal; under systemd (JOURNAL_STREAM)
/// with the journal's <N> priorities and no time. `level` is "debug", "info", "warning" or "error".
/// The zone of times at a terminal from now on, as IANA names it; before, the system's.
void use_console_zone(const std::string& zone);
std::unique_ptr<log> make_console_log(const clock& time, const std::string& level);
/// Whether to use colour on a descriptor: a terminal, and neither NO_COLOR nor TERM=dumb.
bool wants_colour(int fd);

} // namespace releve::core
