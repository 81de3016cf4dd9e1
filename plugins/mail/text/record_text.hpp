// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/context.hpp>
#include <releve/kit/time/site_time.hpp>

#include <string>
#include <vector>

namespace releve::mail {

/// The texts of one record that a template may use; each is one printable line.
struct record_text {
    std::string time, site, node, device, name, help, series, value, unit, quality, reading;
    std::vector<label> labels;
};

/// `as`: the declaration of the record's series.
record_text text_of(const record& one, series_view as, const context& host, kit::site_time& clock);

} // namespace releve::mail
