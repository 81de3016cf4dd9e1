// SPDX-License-Identifier: Apache-2.0
// A day of a twenty-dwelling site in messages and octets, beside the bound; and packets a second.
// Prints lines of tests/bench/figure.
#include "packet/packet.hpp"
#include "tests/packet/example.hpp"
#include "tests/packet/site_year.hpp"

#include <sodium/crypto_auth_hmacsha256.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>

namespace {

using namespace site_year;

/// Bits of one draw, by counting. Of a wide spread, neighbours are counted together, and their share added back.
double entropy(std::vector<std::int64_t> draws) {
    double mean = 0, square = 0;
    for (auto x : draws) mean += static_cast<double>(x) / static_cast<double>(draws.size());
    for (auto x : draws) square += std::pow(static_cast<double>(x) - mean, 2) / static_cast<double>(draws.size());
    const auto width = std::max<std::int64_t>(1, std::llround(std::sqrt(square) / 4));
    std::map<std::int64_t, double> counts;
    for (auto x : draws) ++counts[x / width];
    double bits = std::log2(static_cast<double>(width));
    const auto all = static_cast<double>(draws.size());
    for (const auto& [value, count] : counts) bits -= count / all * std::log2(count / all);
    return bits + (static_cast<double>(counts.size()) - 1) / (2 * all * std::log(2)); // Miller and Madow's correction
}

struct year {
    double octets = 0, messages = 0, bound_octets = 0, most = 0, one_message_days = 0, worst_messages = 0;
    std::size_t dictionary_messages = 0, first_messages = 0;
};

/// The bound: the entropy of each value when all before it, the household's habits and today's weather are known.
year measure(unsigned seed, int electricity_decimals, bool with_bound) {
    year result;
    site home{seed};
    const auto series = dictionary(electricity_decimals);
    packet_writer writer{packet_example::key()};
    packet_reader reader{packet_example::key()};
    const auto pass = [&](const std::vector<packet_message>& messages, std::vector<packet_record> sent) {
        std::vector<packet_record> got;
        for (const auto& m : messages) {
            const auto read = reader.read(m.bytes);
            if (read.verdict != packet_verdict::accepted) std::abort();
            got.insert(got.end(), read.records.begin(), read.records.end());
        }
        if (got != sent) std::abort();
    };
    const auto defined = writer.define(series);
    pass(defined, {});
    result.dictionary_messages = defined.size();
    constexpr int warm_up = 30;
    int sampled = 0;
    std::mt19937 other{seed + 1};
    for (int d = 0; d < static_cast<int>(days) + warm_up; ++d) {
        home.next_weather();
        if (with_bound && d >= warm_up && d % 30 == 0) {
            ++sampled;
            for (std::size_t i = 0; i < series.size(); ++i) {
                std::vector<std::int64_t> draws(600);
                for (auto& x : draws)
                    x = site::steps(home.tomorrow(i / 8, i % 8, other), i % 8, series[i].decimals) -
                        site::steps(home.exact(i / 8, i % 8), i % 8, series[i].decimals);
                result.bound_octets += entropy(draws) / 8;
            }
        }
        home.live_a_day();
        const auto records = reading(home, series, packet_example::midnight + d * packet_example::day);
        const auto messages = writer.report(records);
        pass(messages, records);
        if (d == 0) result.first_messages = messages.size();
        if (d < warm_up) continue;
        double octets = 0;
        for (const auto& m : messages) octets += static_cast<double>(m.bytes.size());
        result.octets += octets / days;
        result.most = std::max(result.most, octets);
        result.messages += static_cast<double>(messages.size()) / days;
        result.one_message_days += messages.size() == 1 ? 1 : 0;
        result.worst_messages = std::max(result.worst_messages, static_cast<double>(messages.size()));
    }
    if (sampled > 0) result.bound_octets /= sampled;
    return result;
}

void show(const char* what, const year& y) {
    std::printf("%s: octets a day, mean of a year|%.1f|B|less|entropy of the simulated year|%.1f\n", what, y.octets,
                y.bound_octets);
    std::printf("%s: messages of 140 octets a day|%.2f|1/d\n", what, y.messages);
    std::printf("%s: days of one message, of 365|%.0f|d\n", what, y.one_message_days);
    std::printf("%s: messages of the worst day|%.0f|1/d\n", what, y.worst_messages);
}

using records = std::vector<packet_record>;
using messages = std::vector<packet_message>;

/// Calls for each of `all`, a second.
template <class each, class what>
double a_second(const std::vector<each>& all, what&& done_with) {
    const auto begin = std::chrono::steady_clock::now();
    for (const auto& one : all) done_with(one);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    return static_cast<double>(all.size()) / took.count();
}

/// What a checked packet can't be faster than: its MAC.
void authenticate(const packet_message& m) {
    static const auto key = packet_example::key();
    std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> mac{};
    crypto_auth_hmacsha256(mac.data(), m.bytes.data(), m.bytes.size(), key.data());
    if (std::all_of(mac.begin(), mac.end(), [](auto byte) { return byte == 0; })) std::abort();
}

void show_speed() {
    site home{1};
    const auto series = dictionary(-3);
    packet_writer writer{packet_example::key()};
    packet_reader reader{packet_example::key()};
    for (const auto& m : writer.define(series)) reader.read(m.bytes);
    std::vector<records> readings;
    for (int d = 0; d < 2000; ++d) {
        home.next_weather();
        home.live_a_day();
        readings.push_back(reading(home, series, packet_example::midnight + d * packet_example::day));
    }
    messages all;
    const auto reports = a_second(readings, [&](const records& of) {
        for (auto& m : writer.report(of)) all.push_back(std::move(m));
    });
    double octets = 0;
    for (const auto& m : all) octets += static_cast<double>(m.bytes.size());
    octets /= static_cast<double>(all.size());
    const auto written = reports * static_cast<double>(all.size()) / static_cast<double>(readings.size());
    const auto read = a_second(all, [&](const packet_message& m) {
        if (reader.read(m.bytes).verdict != packet_verdict::accepted) std::abort();
    });
    const auto bound = a_second(all, authenticate);
    constexpr double modem = 1.0 / 3; // messages a second
    for (const auto& [what, speed] : {std::pair{"written", written}, std::pair{"read", read}}) {
        std::printf("packets %s a second, one core|%.0f|1/s|more|their MAC alone|%.0f\n", what, speed, bound);
        std::printf("octets of packets %s a second|%.0f|B/s|more|a modem, one message in 3 s|%.1f\n", what,
                    speed * octets, modem * octets);
    }
}

} // namespace

int main() {
    const auto kilo = measure(1, -3, true);
    const auto one = measure(1, 0, true);
    show("20 dwellings x 8, electricity by the kWh", kilo);
    show("20 dwellings x 8, electricity by the Wh", one);
    std::printf("dictionary of these 160 series, once: messages|%zu|1\n", one.dictionary_messages);
    std::printf("first values of these 160 series: messages|%zu|1\n", one.first_messages);

    show_speed();
}
