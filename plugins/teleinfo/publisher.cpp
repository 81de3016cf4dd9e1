// SPDX-License-Identifier: Apache-2.0
#include "publisher.hpp"

namespace releve::teleinfo {

void tic_publisher::set_labels(std::vector<label> labels) {
    labels_ = std::move(labels);
    series_.clear();
    told_.clear();
}

series tic_publisher::declare(const tic_reading& reading) const {
    series_description made{.name = std::string{reading.series},
                            .quantity = std::string{reading.quantity},
                            .unit = std::string{reading.unit},
                            .help = std::string{reading.help},
                            .labels = labels_,
                            .resolution = reading.resolution};
    if (reading.phase != 0) made.labels.push_back({"phase", std::to_string(reading.phase)});
    if (!reading.by.empty()) made.labels.push_back({std::string{reading.by}, std::string{reading.by_value}});
    switch (reading.kind) {
    case tic_kind::text:
        made.is = kind::text;
        made.unit.clear();
        break;
    case tic_kind::counter:
        made.is = kind::counter;
        made.modulus = reading.modulus;
        made.max_rate = reading.max_rate;
        break;
    default:
        break;
    }
    return host_.declare(made);
}

bool tic_publisher::is_due(const tic_reading& reading, const told& last, duration now) const {
    if (now - last.when >= pace_.refresh) return true;
    const bool is_text = reading.kind == tic_kind::text;
    const bool changed =
        (is_text ? reading.text != last.text : reading.number != last.number) || reading.doubtful != last.doubtful;
    const bool is_state = is_text || reading.unit == "1";
    return changed && (is_state || now - last.when >= pace_.publish);
}

void tic_publisher::tell(output& out, const tic_reading& reading, time_point at) {
    const auto [found, is_new] = series_.try_emplace(reading.id);
    if (is_new) found->second = declare(reading);
    const auto of = found->second;
    const auto now = host_.steady();
    if (!reading.stamped) {
        const auto [last, first] = told_.try_emplace(of.number());
        if (!first && !is_due(reading, last->second, now)) return;
        last->second.number = reading.number;
        last->second.text.assign(reading.text);
        last->second.doubtful = reading.doubtful;
        last->second.when = now;
    }
    if (reading.own_time_ns) at = to_time(*reading.own_time_ns);
    const auto how = reading.doubtful ? quality::suspect : quality::good;
    if (reading.kind == tic_kind::text)
        out.add(of, reading.text, at, how);
    else
        out.add(of, reading.number, at, how);
}

} // namespace releve::teleinfo
