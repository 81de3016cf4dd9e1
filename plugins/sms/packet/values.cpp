// SPDX-License-Identifier: Apache-2.0
#include "packet/values.hpp"

#include <releve/kit/text/utf8.hpp>

#include <algorithm>

namespace releve::sms {
namespace {

struct run {
    std::uint64_t skipped = 0, length = 0;
};

/// The records at the front with one time and ascending series.
std::span<const packet_record> first_round(std::span<const packet_record> records) {
    std::size_t n = 1;
    while (n < records.size() && records[n].time == records[0].time && records[n].series > records[n - 1].series) ++n;
    return records.first(n);
}

void write_who(bit_writer& out, std::span<const packet_record> round, std::size_t all) {
    out.bit(round.size() == all);
    if (round.size() == all) return;
    std::vector<run> runs;
    std::uint64_t next = 0;
    for (const auto& r : round) {
        if (runs.empty() || r.series != next) runs.push_back({r.series - next, 0});
        ++runs.back().length;
        next = std::uint64_t{r.series} + 1;
    }
    out.small(runs.size() - 1);
    for (const auto& [skipped, length] : runs) {
        out.small(skipped);
        out.small(length - 1);
    }
}

void read_run(bit_reader& in, std::uint64_t& next, std::uint64_t all, std::vector<std::uint32_t>& who) {
    const auto skipped = in.small(), length = in.small() + 1;
    if (in.failed() || skipped > all || length > all || next + skipped + length > all) return in.fail();
    next += skipped;
    for (std::uint64_t i = 0; i < length; ++i) who.push_back(static_cast<std::uint32_t>(next++));
}

std::vector<std::uint32_t> read_who(bit_reader& in, const std::vector<series_definition>& all) {
    std::vector<std::uint32_t> who;
    std::uint64_t next = 0;
    if (in.bit()) {
        for (; next < all.size(); ++next)
            if (!all[next].text) who.push_back(static_cast<std::uint32_t>(next));
        return who;
    }
    for (auto runs = in.small() + 1; runs > 0 && !in.failed(); --runs) read_run(in, next, all.size(), who);
    if (std::any_of(who.begin(), who.end(), [&](auto one) { return all[one].text; })) in.fail();
    return who;
}

void read_value(bit_reader& in, packet_state& state, packet_record& record) {
    auto& track = state.tracks[record.series];
    const auto at = state.seconds(record.time);
    const auto residual = track.residual.read(in);
    if (residual < -4 * steps_limit || residual > 4 * steps_limit) return in.fail();
    record.steps = track.expected(at) + residual;
    if (record.steps < -steps_limit || record.steps > steps_limit) return in.fail();
    track.learn(record.steps, at, state.series[record.series].counter);
}

} // namespace

const char* bad_record(const packet_record& record, const packet_state& state) {
    if (record.series >= state.series.size()) return "the series is not in the dictionary";
    if (record.time < -time_limit || record.time > time_limit) return "the time is out of range";
    if (record.steps < -steps_limit || record.steps > steps_limit) return "the value is out of range";
    if (record.quality > quality_absent) return "there is no such quality";
    if (state.series[record.series].text && record.steps != 0) return "a text has no steps";
    if (!state.series[record.series].text && !record.text.empty()) return "the series is one of numbers";
    if (!kit::is_utf8(record.text)) return "the text is not UTF-8";
    if (record.quality == quality_absent && record.steps != 0) return "an absent value has no steps";
    return nullptr;
}

void write_records(bit_writer& out, packet_state& state, std::span<const packet_record> records) {
    const auto numbers = static_cast<std::size_t>(
        std::count_if(state.series.begin(), state.series.end(), [](const auto& one) { return !one.text; }));
    while (!records.empty()) {
        const auto round = first_round(records);
        records = records.subspan(round.size());
        const auto time = round.front().time;
        state.time_residual.write(out, time - state.expected_time());
        state.learn_time(time);
        write_who(out, round, numbers);
        bool all_good = true;
        for (const auto& r : round) all_good = all_good && r.quality == 0;
        out.bit(all_good);
        for (const auto& r : round) {
            if (!all_good) out.bits(r.quality, 2);
            if (r.quality == quality_absent) continue;
            auto& track = state.tracks[r.series];
            const auto at = state.seconds(time);
            const auto expected = track.expected(at);
            track.residual.write(out, r.steps - expected);
            track.learn(r.steps, at, state.series[r.series].counter);
        }
        out.bit(!records.empty());
    }
}

bool read_records(bit_reader& in, packet_state& state, std::vector<packet_record>& records) {
    bool more = true;
    while (more && !in.failed()) {
        const auto expected = state.expected_time();
        const auto late = state.time_residual.read(in);
        if (in.failed() || late < -2 * time_limit - expected || late > time_limit - expected) return false;
        const auto time = expected + late;
        if (time < -time_limit) return false;
        state.learn_time(time);
        const auto who = read_who(in, state.series);
        const bool all_good = in.bit();
        if (who.empty() || who.size() > in.left()) return false; // each value takes a bit at least
        for (const auto series : who) {
            packet_record record{time, series, 0, static_cast<std::uint8_t>(all_good ? 0 : in.bits(2)), {}};
            if (record.quality != quality_absent) read_value(in, state, record);
            if (in.failed()) return false;
            records.push_back(record);
        }
        more = in.bit();
    }
    return !in.failed();
}

} // namespace releve::sms
