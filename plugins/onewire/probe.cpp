// SPDX-License-Identifier: Apache-2.0
#include "probe.hpp"

#include "chip.hpp"

#include <array>
#include <charconv>

namespace releve::onewire {
namespace {

series_description described(measure is) {
    switch (is) {
    case measure::temperature:
        return {.name = "temperature", .unit = "Cel", .help = "Temperature"};
    case measure::relative_humidity:
        return {.name = "relative_humidity", .unit = "%", .help = "Relative humidity"};
    case measure::count:
        return {.is = kind::counter,
                .name = "pulse_count",
                .quantity = "count",
                .unit = "1",
                .help = "Pulses counted",
                .resolution = 1,
                .modulus = 4'294'967'296};
    case measure::output:
        return {.name = "relay", .quantity = "state", .unit = "1", .help = "1 when the output is on", .resolution = 1};
    case measure::input:
        break;
    }
    return {.name = "input", .quantity = "state", .unit = "1", .help = "1 when the input is high", .resolution = 1};
}

std::string digits(double value) {
    std::array<char, 32> text{};
    constexpr int precision = 10;
    const auto made =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, precision);
    return {text.data(), made.ptr};
}

} // namespace

probe::probe(context& host, std::string id, std::string name, humidity_chip humidity, temperature_rules rules,
             metric rejected)
    : host_{host}
    , id_{std::move(id)}
    , name_{std::move(name)}
    , humidity_{humidity}
    , rules_{rules}
    , rejected_{rejected}
    , up_{host.declare({.name = "up",
                        .quantity = "state",
                        .unit = "1",
                        .help = "1 while the chip can be read",
                        .labels = {{"channel", name_}},
                        .resolution = 1})} {
    // A DS2438 wakes with another value than 85.
    if (chip_of(id_) != chip::thermometer) rules_.power_on = power_on_rule::accept;
}

void probe::take(const std::vector<chip_value>& all, output& out, kit::odd_entries& odd) {
    host_.back(name_);
    out.add(up_, 1.0);
    for (const auto& one : all) {
        const auto why = doubt(one);
        if (!why.empty()) {
            rejected_.add();
            odd.note(shown(one), why);
            out.absent(to(one));
        } else if (one.doubtful) {
            odd.note(shown(one), "of all ones is suspect: so reads a bus on which nothing answers");
            out.add(to(one), one.value, quality::suspect);
        } else {
            out.add(to(one), one.value);
        }
    }
}

std::string probe::shown(const chip_value& one) const {
    return name_ + (one.part.empty() ? ": " : "." + one.part + ": ") + described(one.is).name;
}

void probe::lost(const std::string& why, output& out) {
    host_.lost(name_, why);
    unknown(out);
}

void probe::unknown(output& out) {
    before_.reset(); // it may have been without power
    out.add(up_, 0.0);
}

std::string probe::doubt(const chip_value& one) {
    if (one.is == measure::relative_humidity && !(one.value >= 0 && one.value <= 100))
        return "of " + digits(one.value) + " % is rejected: check the option 'humidity'";
    if (one.is != measure::temperature) return {};
    switch (judge({one.value, one.sign}, before_, rules_)) {
    case temperature_verdict::out_of_range:
        return "of " + digits(one.value) + " degrees is rejected: it is outside -55 to 125";
    case temperature_verdict::power_on:
        return "of 85 degrees is rejected: a thermometer that has just got power reads so";
    case temperature_verdict::good:
        break;
    }
    before_ = one.value;
    return {};
}

series probe::to(const chip_value& one) {
    const auto known = series_.find({one.is, one.part});
    if (known != series_.end()) return known->second;
    auto as = described(one.is);
    as.labels = {{"channel", one.part.empty() ? name_ : name_ + "." + one.part}};
    return series_.emplace(std::pair{one.is, one.part}, host_.declare(as)).first->second;
}

} // namespace releve::onewire
