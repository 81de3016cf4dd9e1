// SPDX-License-Identifier: Apache-2.0
#include "text/record_text.hpp"

#include "text/number_text.hpp"
#include "text/safe_text.hpp"

#include <releve/record_text.hpp>

#include <cmath>

namespace releve::mail {
namespace {

constexpr std::size_t most_bytes = 1000;

std::string safe(std::string_view text) { return one_line(text, most_bytes); }

/// UCUM codes as people write them.
std::string unit_for_people(std::string_view ucum) {
    constexpr std::pair<std::string_view, std::string_view> known[] = {
        {"Cel", "\u00b0C"}, {"m3", "m\u00b3"}, {"m3/h", "m\u00b3/h"}, {"V.A", "VA"}, {"V.A.h", "VAh"},
        {"var.h", "varh"},  {"1", ""},
    };
    for (const auto& [code, people] : known)
        if (code == ucum) return std::string{people};
    return safe(ucum);
}

} // namespace

record_text text_of(const record& one, series_view as, const context& host, site_clock& clock) {
    record_text made{.time = clock.for_people(one.time()),
                     .site = safe(as.label("site").empty() ? host.site() : as.label("site")),
                     .node = safe(host.node()),
                     .device = safe(as.label("device")),
                     .name = safe(as.name()),
                     .help = safe(as.help()),
                     .series = safe(as.name()),
                     .unit = unit_for_people(as.unit()),
                     .quality = name_of(one.quality())};
    for (std::uint32_t i = 0; i < as.label_count(); ++i) {
        const auto& [key, value] = made.labels.emplace_back(label{safe(as.label_key(i)), safe(as.label_value(i))});
        if (key != "site" && key != "device") (((made.series += ' ') += key) += '=') += value;
    }
    const bool absent = one.quality() == quality::absent || (one.is_number() && std::isnan(one.number()));
    if (absent) {
        made.value = "\u2014";
        made.quality = name_of(quality::absent);
    } else {
        made.value = one.is_text() ? safe(one.text()) : number_text(one.number(), as.resolution());
    }
    made.reading = made.value;
    if (!absent && !made.unit.empty()) (made.reading += ' ') += made.unit;
    if (made.quality != "good") ((made.reading += " (") += made.quality) += ')';
    return made;
}

} // namespace releve::mail
