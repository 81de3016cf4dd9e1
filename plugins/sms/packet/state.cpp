// SPDX-License-Identifier: Apache-2.0
#include "packet/state.hpp"

#include <algorithm>
#include <string_view>

namespace releve::sms {
namespace {

constexpr std::int64_t rate_limit = std::int64_t{1} << 36;
constexpr std::int64_t change_limit = std::int64_t{1} << 40;
constexpr std::int64_t elapsed_limit = std::int64_t{1} << 26; // two years, in seconds

std::int64_t elapsed(std::int64_t from, std::int64_t to) {
    return std::clamp<std::int64_t>(to - from, 1, elapsed_limit);
}

void put(std::vector<std::uint8_t>& out, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(number >> shift));
}
void put(std::vector<std::uint8_t>& out, std::int64_t number) { put(out, static_cast<std::uint64_t>(number)); }
void put(std::vector<std::uint8_t>& out, const std::string& text) {
    put(out, std::uint64_t{text.size()});
    out.insert(out.end(), text.begin(), text.end());
}
void put(std::vector<std::uint8_t>& out, const residual_model& model) {
    out.push_back(model.seen);
    put(out, model.spread);
}

} // namespace

std::int64_t series_track::expected(std::int64_t at_seconds) const {
    if (residual.seen == 0) return 0;
    const auto change = (rate * elapsed(seconds, at_seconds)) >> 20;
    return std::clamp(steps + change, -steps_limit, steps_limit);
}

// To be called after the residual was written or read: seen counts this value.
void series_track::learn(std::int64_t value, std::int64_t at_seconds, bool counter) {
    if (counter && residual.seen >= 2 && at_seconds > seconds) {
        const auto change = std::clamp(value - steps, -change_limit, change_limit);
        const auto now = std::clamp(change * (1 << 20) / elapsed(seconds, at_seconds), -rate_limit, rate_limit);
        rate += (now - rate) / std::min<int>(residual.seen - 1, 8);
    }
    steps = value;
    seconds = at_seconds;
}

std::int64_t packet_state::seconds(std::int64_t time_of_record) const {
    std::int64_t unit = 1;
    for (int i = 0; i < time_decimals; ++i) unit *= 10;
    return time_of_record / unit;
}

std::int64_t packet_state::expected_time() const { return std::clamp(time + interval, -time_limit, time_limit); }

void packet_state::learn_time(std::int64_t value) {
    if (time_residual.seen >= 2) interval = std::clamp(value - time, -time_limit, time_limit);
    time = value;
}

std::vector<std::uint8_t> packet_state::bytes() const {
    std::vector<std::uint8_t> out;
    put(out, std::uint64_t{number});
    out.push_back(time_decimals);
    put(out, time_residual);
    put(out, time);
    put(out, interval);
    for (std::size_t i = 0; i < series.size(); ++i) {
        const auto& s = series[i];
        put(out, s.name);
        put(out, s.unit);
        put(out, std::uint64_t{s.labels.size()});
        for (const auto& label : s.labels) put(out, label);
        put(out, std::int64_t{s.text ? decimals_of_text : s.decimals});
        out.push_back(s.counter ? 1 : 0);
        put(out, tracks[i].residual);
        put(out, tracks[i].steps);
        put(out, tracks[i].seconds);
        put(out, tracks[i].rate);
    }
    return out;
}

} // namespace releve::sms
