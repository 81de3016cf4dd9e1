// SPDX-License-Identifier: Apache-2.0
// A request of one's own, for what a form of a WES sets: "/TARIF.CGI?hp={value}", "/CLOCK.CGI?t={now:%H:%M}". No I/O.
#pragma once

#include "page/control_target.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace releve::wes {

/// {value} stands for the value, {now:FORMAT} for a time as strftime(3) writes it; both are encoded for a URL.
/// `local_s`: the clock of the site's zone, s since 1970-01-01 00:00. The pattern has no problem.
control_target target_of_pattern(std::string_view pattern, const record& value, std::int64_t local_s);
/// Why a pattern can't be used; empty: it can.
std::string problem_of_pattern(std::string_view pattern);

} // namespace releve::wes
