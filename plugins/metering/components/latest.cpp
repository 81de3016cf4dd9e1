// SPDX-License-Identifier: Apache-2.0
#include "components/latest.hpp"

#include "components/series_patterns.hpp"

#include <releve/record_text.hpp>
#include <releve/series_text.hpp>

#include <cmath>
#include <locale>
#include <sstream>

namespace releve::metering {

using namespace releve::literals;

void latest::describe(option_list& o) {
    o.texts("series", "Series to pass on: patterns of their names or identities")
        .required()
        .at_least(1)
        .example(R"(["volume", "active_energy_drawn*"])");
    o.duration("every", "The period; it begins at multiples of itself since midnight, UTC")
        .fallback(24h)
        .at_least(1s)
        .at_most(24h);
}

latest::latest(context& host)
    : host_{host}
    , patterns_{series_patterns(host)}
    , every_{host.options().duration("every").count()} {}

void latest::start() { host_.wake_at(to_time(end_of_period(to_ns(host_.now())))); }

// The host commits held records with the epoch that acknowledges them: a crash loses neither.
void latest::process(const batch& in, output& out) {
    const auto now = to_ns(out.time()), end = end_of_period(now);
    host_.wake_at(to_time(end)); // again, since the clock may have been set
    for (const auto record : in) {
        if (!record.is_number() || !std::isfinite(record.number())) continue;
        auto& one = watch(record.series());
        if (one.key.empty()) continue;
        if (one.held && is_due(*one.held, now)) pass_on(record.series(), one, out);
        // One of the future is of a clock that was ahead: what comes now is later, whatever its time says.
        if (one.held && one.held->time > to_ns(record.time()) && one.held->time <= now) continue;
        hold(one, record, end);
    }
}

void latest::tick(time_point at, output& out) {
    const auto now = to_ns(at);
    for (auto& [number, one] : all_)
        if (one.held && is_due(*one.held, now)) pass_on(series{number}, one, out);
    host_.wake_at(to_time(end_of_period(now)));
}

void latest::hold(watched_series& one, const record& record, std::int64_t due) {
    one.held = {due, to_ns(record.time()), record.number(), static_cast<int>(record.quality())};
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << one.held->due << ' ' << one.held->time << ' ' << shortest(one.held->value) << ' ' << one.held->quality;
    host_.set_state(one.key, text.str());
}

void latest::pass_on(series of, watched_series& one, output& out) const {
    host_.erase_state(one.key);
    out.add(of, one.held->value, to_time(one.held->time), static_cast<quality>(one.held->quality));
    one.held.reset();
}

/// A record that was held before a restart is found again when its series is declared; until then it stays in the
/// state.
latest::watched_series& latest::watch(series of) {
    const auto [at, is_new] = all_.try_emplace(of.number());
    auto& one = at->second;
    const auto declared = host_.declared(of);
    if (!is_new || !kit::matches_any(patterns_, declared)) return one;
    one.key = identity(declared);
    held_record saved;
    std::istringstream text{host_.state(one.key).value_or("")};
    text.imbue(std::locale::classic());
    if (text >> saved.due >> saved.time >> saved.value >> saved.quality) one.held = saved;
    return one;
}

} // namespace releve::metering
