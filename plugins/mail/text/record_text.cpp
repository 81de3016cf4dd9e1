// SPDX-License-Identifier: Apache-2.0
#include "text/record_text.hpp"

#include <releve/kit/text/number.hpp>
#include <releve/kit/text/printable.hpp>
#include <releve/kit/text/unit.hpp>
#include <releve/record_text.hpp>

#include <cmath>

namespace releve::mail {
namespace {

constexpr std::size_t max_bytes = 1000;

std::string safe(std::string_view text) { return kit::one_line(text, max_bytes); }

} // namespace

record_text text_of(const record& one, series_view as, const context& host, kit::site_time& clock) {
    record_text made{.time = clock.with_zone(one.time()),
                     .site = safe(as.label("site").empty() ? host.site() : as.label("site")),
                     .node = safe(host.node()),
                     .device = safe(as.label("device")),
                     .name = safe(as.name()),
                     .help = safe(as.help()),
                     .series = safe(as.name()),
                     .unit = kit::unit_text(as.unit()),
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
        made.value =
            one.is_text() ? safe(one.text()) : kit::number_text(one.number(), kit::decimals_of(as.resolution()));
    }
    made.reading = made.value;
    if (!absent && !made.unit.empty()) (made.reading += ' ') += made.unit;
    if (made.quality != "good") ((made.reading += " (") += made.quality) += ')';
    return made;
}

} // namespace releve::mail
