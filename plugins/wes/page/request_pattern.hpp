// SPDX-License-Identifier: Apache-2.0
// A request that the user writes, for what a form of a WES sets: "/TARIF.CGI?hp={value}", "/CLOCK.CGI?t={now:%H:%M}".
// No I/O.
#pragma once

#include "page/control_target.hpp"

#include <releve/kit/time/civil_time.hpp>

#include <string>
#include <string_view>

namespace releve::wes {

/// {value} stands for the value, {now:FORMAT} for the time as strftime(3) writes it; both are encoded for a URL. `now`:
/// in the site's zone. The pattern has no problem.
control_target target_of_request(std::string_view pattern, const record& value, const kit::civil_time& now);
/// Why a pattern can't be used; empty: it can.
std::string problem_of_request(std::string_view pattern);

} // namespace releve::wes
