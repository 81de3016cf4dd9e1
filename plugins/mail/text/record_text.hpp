// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "text/site_clock.hpp"

#include <releve/context.hpp>

#include <string>
#include <vector>

namespace releve::mail {

/// What a template may speak of, of one record; each a single safe line.
struct record_text {
    std::string time, site, node, device, name, help, series, value, unit, quality, reading;
    std::vector<label> labels;
};

/// `as` is what the record's series was declared as.
record_text text_of(const record& one, series_view as, const context& host, site_clock& clock);

} // namespace releve::mail
