// SPDX-License-Identifier: Apache-2.0
#include "components/threshold.hpp"

#include "components/series_patterns.hpp"

#include <releve/record_text.hpp>
#include <releve/series_text.hpp>

#include <locale>
#include <sstream>

namespace releve::metering {

void threshold::describe(option_list& o) {
    o.texts("series", "Series to watch: patterns of their names or identities")
        .required()
        .at_least(1)
        .example(R"(["temperature{channel=\"boiler_room\"*"])");
    o.number("above", "A greater value is high").example("30");
    o.number("below", "A smaller value is low");
    o.number("hysteresis", "How far inside the bound a value must be to end the alert").fallback(0).at_least(0);
    o.integer("hits", "Consecutive values that it takes to change the state").fallback(1).at_least(1).at_most(1000);
}

threshold::threshold(context& host)
    : host_{host}
    , patterns_{series_patterns(host)}
    , has_above_{host.options().given("above")}
    , has_below_{host.options().given("below")}
    , above_{host.options().number("above")}
    , below_{host.options().number("below")}
    , hysteresis_{host.options().number("hysteresis")}
    , hits_{host.options().integer("hits")} {
    if (!has_above_ && !has_below_) throw bad_option("above", "give 'above', 'below', or both");
    if (has_above_ && has_below_ && below_ > above_)
        throw bad_option("below", "it is greater than 'above': no value would be well");
}

void threshold::process(const batch& in, output& out) {
    for (const auto record : in) {
        const bool believed = record.quality() == quality::good || record.quality() == quality::estimated;
        if (!record.is_number() || !believed) continue;
        auto& one = watch(record.series());
        if (!one.key.empty()) judge(one, record, out);
    }
}

void threshold::judge(watched_series& one, const record& record, output& out) const {
    const double value = record.number();
    const std::string indicated = has_above_ && value > above_ - (one.state == "high" ? hysteresis_ : 0)  ? "high"
                                  : has_below_ && value < below_ + (one.state == "low" ? hysteresis_ : 0) ? "low"
                                                                                                          : "well";
    const auto before = std::pair{one.next, one.hits};
    one.hits = indicated == one.state ? 0 : indicated == one.next ? one.hits + 1 : 1;
    one.next = indicated;
    if (one.hits >= hits_) {
        one.state = indicated;
        one.hits = 0;
        const auto bound = one.state == "high"  ? " above " + shortest(above_)
                           : one.state == "low" ? " below " + shortest(below_)
                                                : "";
        out.add(one.event, one.state + ' ' + shortest(value) + bound, record.time());
    }
    if (before != std::pair{one.next, one.hits})
        host_.set_state(one.key, one.state + ' ' + one.next + ' ' + std::to_string(one.hits));
}

threshold::watched_series& threshold::watch(series of) {
    const auto [at, is_new] = all_.try_emplace(of.number());
    auto& one = at->second;
    const auto declared = host_.declared(of);
    if (!is_new || !kit::matches_any(patterns_, declared)) return one;
    std::vector<label> labels{{"threshold", std::string{host_.node()}}};
    for (std::uint32_t i = 0; i < declared.label_count(); ++i)
        labels.push_back({std::string{declared.label_key(i)}, std::string{declared.label_value(i)}});
    one.event = host_.event(std::string{declared.name()} + "_alert",
                            "high, low or well again, with the value and the bound", std::move(labels));
    one.key = identity(declared);
    std::istringstream saved{host_.state(one.key).value_or("well well 0")};
    saved.imbue(std::locale::classic());
    saved >> one.state >> one.next >> one.hits;
    return one;
}

} // namespace releve::metering
