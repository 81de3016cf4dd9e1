// SPDX-License-Identifier: Apache-2.0
#include "publisher.hpp"

namespace releve::teleinfo {

void tic_publisher::set_labels(std::vector<label> labels) {
    labels_ = std::move(labels);
    series_.clear();
    reported_.clear();
}

series tic_publisher::declare(const meter_value& value) const {
    series_description made{.name = std::string{value.series},
                            .quantity = std::string{value.quantity},
                            .unit = std::string{value.unit},
                            .help = std::string{value.help},
                            .labels = labels_,
                            .resolution = value.resolution};
    if (value.phase != 0) made.labels.push_back({"phase", std::to_string(value.phase)});
    if (!value.by.empty()) made.labels.push_back({std::string{value.by}, std::string{value.by_value}});
    switch (value.kind) {
    case tic_kind::text:
        made.is = kind::text;
        made.unit.clear();
        break;
    case tic_kind::counter:
        made.is = kind::counter;
        made.modulus = value.modulus;
        made.max_rate = value.max_rate;
        break;
    default:
        break;
    }
    return host_.declare(made);
}

bool tic_publisher::is_due(const meter_value& value, const reported& last, duration now) const {
    if (now - last.when >= pace_.refresh) return true;
    const bool is_text = value.kind == tic_kind::text;
    const bool changed =
        (is_text ? value.text != last.text : value.number != last.number) || value.doubtful != last.doubtful;
    const bool is_state = is_text || value.unit == "1";
    return changed && (is_state || now - last.when >= pace_.publish);
}

void tic_publisher::report(output& out, const meter_value& value, time_point at) {
    const auto [found, is_new] = series_.try_emplace(value.id);
    if (is_new) found->second = declare(value);
    const auto of = found->second;
    const auto now = host_.steady();
    if (!value.stamped) {
        const auto [last, first] = reported_.try_emplace(of.number());
        if (!first && !is_due(value, last->second, now)) return;
        last->second.number = value.number;
        last->second.text.assign(value.text);
        last->second.doubtful = value.doubtful;
        last->second.when = now;
    }
    if (value.own_time_ns) at = to_time(*value.own_time_ns);
    const auto grade = value.doubtful ? quality::suspect : quality::good;
    if (value.kind == tic_kind::text)
        out.add(of, value.text, at, grade);
    else
        out.add(of, value.number, at, grade);
}

} // namespace releve::teleinfo
