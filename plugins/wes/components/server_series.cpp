// SPDX-License-Identifier: Apache-2.0
#include "components/server_series.hpp"

namespace releve::wes {
namespace {

struct pulse_unit {
    std::string_view name, series, unit;
    double factor;
    double resolution;
};
constexpr pulse_unit pulse_units[] = {{"l", "volume", "m3", 0.001, 0.001},
                                      {"m3", "volume", "m3", 1, 0.001},
                                      {"Wh", "active_energy_drawn", "Wh", 1, 1},
                                      {"kWh", "active_energy_drawn", "Wh", 1000, 1}};

const pulse_unit* unit_named(std::string_view name) {
    for (const auto& one : pulse_units)
        if (one.name == name) return &one;
    return nullptr;
}

bool is_pulse_index(const element_value& one) {
    return one.row->of == channel_kind::pulse && one.row->element == "INDEX#";
}

} // namespace

server_series::server_series(context& host, std::string name, const channel_plan& plan, clamp_unit clamps)
    : host_{host}
    , name_{std::move(name)}
    , plan_{plan}
    , clamps_{clamps}
    , up_{host.declare({.name = "up",
                        .quantity = "state",
                        .unit = "1",
                        .help = "1 while the server answers with a whole page",
                        .labels = {{"device", name_}},
                        .resolution = 1})}
    , response_time_{
          host.gauge("response_time", "s", "Time from the request to the end of the reply", {{"device", name_}})} {}

void server_series::restore() {
    const auto kept = host_.state("seen/" + name_).value_or("");
    for (std::size_t at = 0; at < kept.size();) {
        const auto end = std::min(kept.find(' ', at), kept.size());
        if (end > at) seen_.insert(kept.substr(at, end - at));
        at = end + 1;
    }
}

void server_series::take(const document& page, duration took, output& out) {
    host_.back(name_);
    out.add(up_, 1.0);
    out.add(response_time_, std::chrono::duration<double>{took}.count());
    const auto values = values_of(page, clamps_, &odd_);
    mark_seen(values);
    add_meters(page, out);
    for (const auto& one : values) {
        const auto* setting = plan_.of(name_, channel_name(one.row->of, one.channel));
        if (!is_reported(one, setting)) continue;
        const auto& to = target_of(one);
        const auto grade = one.doubtful ? quality::suspect : quality::good;
        if (one.row->is == kind::text) {
            out.add(to.direct, one.text, out.time(), grade);
            continue;
        }
        if (to.max != 0 && (one.number < 0 || one.number > to.max)) {
            odd_.note(channel_name(one.row->of, one.channel), "is out of the range of what it measures");
            continue;
        }
        if (to.direct) out.add(to.direct, one.number * to.factor, grade);
        if (to.counted) out.add(to.counted, one.number * to.per_pulse, grade);
    }
    tell_odd(out);
}

/// What can't be read costs no other value: told once, and once when it is over.
void server_series::tell_odd(output& out) {
    const auto told = odd_.end_round();
    if (!told.begun.empty())
        host_.log(level::warning, "odd_elements",
                  name_ + ": passes over elements of its page, or doubts them: " + told.begun);
    if (!told.over.empty()) host_.log(level::info, "odd_elements_over", name_ + ": can be read again: " + told.over);
    if (odd_.count() == 0 && !passed_over_) return;
    if (!passed_over_)
        passed_over_ = host_.declare({.name = "entries_passed_over",
                                      .quantity = "count",
                                      .unit = "1",
                                      .help = "Elements of the page that can't be read, or are doubtful",
                                      .labels = {{"device", name_}},
                                      .resolution = 1});
    out.add(passed_over_, odd_.count());
}

void server_series::lost(const std::string& why, output& out) {
    host_.lost(name_, why);
    out.add(up_, 0.0);
}

/// What is saved of a value that was seen: its channel. Of meters, whose tariffs depend on the contract: its element.
std::string server_series::key(const element_value& one) const {
    const bool by_element = one.row->of == channel_kind::tic || one.row->element == "INJECT#";
    auto made = channel_name(one.row->of, one.channel);
    if (by_element) made.append("/").append(one.row->element);
    return made;
}

void server_series::mark_seen(const std::vector<element_value>& values) {
    bool is_new = false;
    for (const auto& one : values) {
        if (one.row->form == element_form::text || one.number == 0 || one.doubtful) continue;
        is_new = seen_.insert(key(one)).second || is_new;
    }
    if (!is_new) return;
    std::string all;
    for (const auto& one : seen_) all.append(one).append(" ");
    host_.set_state("seen/" + name_, all);
}

bool server_series::is_reported(const element_value& one, const channel_setting* setting) const {
    const auto& row = *one.row;
    if (row.of == channel_kind::server) return true;
    if (setting == nullptr ? !plan_.unlisted() : setting->enabled == false) return false;
    if (!row.unless.empty() && seen_.contains(channel_name(row.of, one.channel) + "/" + std::string{row.unless}))
        return false;
    if (row.always || row.form == element_form::text || seen_.contains(key(one))) return true;
    return setting != nullptr && setting->enabled == true && row.of != channel_kind::tic && row.element != "INJECT#";
}

server_series::target& server_series::target_of(const element_value& one) {
    const auto found = targets_.find({one.row, one.channel});
    if (found != targets_.end()) return found->second;
    return targets_.emplace(std::pair{one.row, one.channel}, make(one)).first->second;
}

series_description server_series::described(const element_value& one, const channel_setting* setting) const {
    const auto& row = *one.row;
    series_description made{.is = row.is,
                            .name = std::string{row.series},
                            .quantity = std::string{row.quantity},
                            .unit = std::string{row.unit},
                            .help = std::string{row.help},
                            .labels = {{"device", name_}},
                            .resolution = row.resolution,
                            .modulus = row.modulus,
                            .max_rate = row.max_rate};
    const auto own = channel_name(row.of, one.channel);
    if (!own.empty())
        made.labels.push_back({"channel", setting != nullptr && !setting->name.empty() ? setting->name : own});
    if (!row.label.empty()) made.labels.push_back({std::string{row.label}, std::string{row.label_value}});
    return made;
}

server_series::target server_series::make(const element_value& one) const {
    const auto* setting = plan_.of(name_, channel_name(one.row->of, one.channel));
    auto as = described(one, setting);
    target made;
    const auto* unit = setting != nullptr ? unit_named(setting->unit) : nullptr;
    const auto in_unit = [&] {
        as.name = unit->series;
        as.quantity = "";
        as.unit = unit->unit;
        as.resolution = unit->resolution;
        as.help = "Index of the meter behind the pulse counter";
    };
    if (is_pulse_index(one)) {
        // The unit of the index is a setting of the WES that the page does not show.
        if (unit == nullptr || setting->per_pulse > 0) return made;
        in_unit();
        made.factor = unit->factor;
    }
    if (one.row->of == channel_kind::probe && setting != nullptr && setting->measures != "temperature") {
        const bool humidity = setting->measures == "relative_humidity";
        as.name = setting->measures;
        as.unit = humidity ? "%" : "lx";
        as.quantity = setting->measures;
        as.help = humidity ? "Relative humidity" : "Light";
        made.max = humidity ? 100 : 200'000;
    }
    made.direct = host_.declare(as);
    if (one.row->of == channel_kind::pulse && !is_pulse_index(one) && unit != nullptr && setting->per_pulse > 0) {
        in_unit();
        as.resolution = setting->per_pulse * unit->factor;
        made.per_pulse = as.resolution;
        made.counted = host_.declare(as);
    }
    return made;
}

/// Of inputs where a meter is or once was seen, or that the user turned on.
void server_series::add_meters(const document& page, output& out) {
    for (int n = 1; n <= 3; ++n) {
        const auto state = meter(page, n);
        if (state == meter_state::no_such_input) continue;
        const auto channel = channel_name(channel_kind::tic, n);
        const auto* setting = plan_.of(name_, channel);
        if (setting == nullptr ? !plan_.unlisted() : setting->enabled == false) continue;
        const auto known = seen_.lower_bound(channel + "/");
        const bool seen = known != seen_.end() && known->starts_with(channel + "/");
        const bool forced = setting != nullptr && setting->enabled == true;
        if (!seen && !forced && state != meter_state::present) continue;
        auto& to = meters_[n];
        if (!to) {
            const auto& name = setting != nullptr && !setting->name.empty() ? setting->name : channel;
            to = host_.declare({.name = "meter_present",
                                .quantity = "state",
                                .unit = "1",
                                .help = "1 while the input has frames of a meter",
                                .labels = {{"device", name_}, {"channel", name}},
                                .resolution = 1});
        }
        out.add(to, state == meter_state::present ? 1.0 : 0.0);
    }
}

} // namespace releve::wes
