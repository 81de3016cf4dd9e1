// SPDX-License-Identifier: Apache-2.0
#include "value_text.hpp"

#include <releve/kit/text/number.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

namespace releve::onewire {
namespace {

constexpr std::int64_t largest_counter = 4'294'967'295;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return {}; // cut
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return lines;
}

using scratchpad = std::array<std::uint8_t, 9>;

/// "50 05 4b 46 7f ff 0c 10 1c " at the beginning of a line, which it takes off.
std::optional<scratchpad> scratchpad_at(std::string_view& line) {
    scratchpad made{};
    for (auto& byte : made) {
        if (line.size() < 3 || line[2] != ' ') return std::nullopt;
        const auto read = kit::integer_in<std::uint8_t>(line.substr(0, 2), 16);
        if (!read) return std::nullopt;
        byte = *read;
        line.remove_prefix(3);
    }
    return made;
}

std::uint8_t crc_of(const scratchpad& bytes) {
    unsigned crc = 0;
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1U ^ 0x8cU : crc >> 1U;
    }
    return static_cast<std::uint8_t>(crc);
}

power_on_sign sign_in(const scratchpad& bytes) {
    // cpetrich/counterfeit_DS18B20: 0x0c in byte 6 with 0x0550 was never converted; converted, it is 0x10 minus the low
    // nibble of byte 0.
    if (bytes[0] != 0x50 || bytes[1] != 0x05) return power_on_sign::unknown;
    if (bytes[6] == 0x0c) return power_on_sign::never_converted;
    return bytes[6] == 0x10 ? power_on_sign::converted : power_on_sign::unknown;
}

} // namespace

std::optional<double> number_in(std::string_view text) { return kit::number_in(trimmed(text)); }

std::optional<std::int64_t> integer_in(std::string_view text) { return kit::integer_in<std::int64_t>(trimmed(text)); }

std::vector<std::int64_t> integers_in(std::string_view text, std::int64_t max) {
    std::vector<std::int64_t> all;
    for (bool more = true; more;) {
        const auto end = text.find(',');
        const auto one = integer_in(text.substr(0, end));
        if (!one || *one < 0 || *one > max) return {};
        all.push_back(*one);
        more = end != std::string_view::npos;
        if (more) text.remove_prefix(end + 1);
    }
    return all;
}

std::optional<celsius> w1_temperature_in(std::string_view w1_slave, bool has_count_byte) {
    auto lines = lines_of(w1_slave);
    if (lines.size() != 2) return std::nullopt;
    const auto read = scratchpad_at(lines[0]);
    const auto kept = scratchpad_at(lines[1]); // those of the last good reading: others when this one failed
    if (!read || !kept || *read != *kept || !lines[0].starts_with(": crc=") || !lines[0].ends_with(" YES"))
        return std::nullopt;
    // Nine zeros have a right CRC, and are a bus that is shorted.
    if (crc_of(*read) != read->back() || std::all_of(read->begin(), read->end(), [](auto b) { return b == 0; }))
        return std::nullopt;
    if (!lines[1].starts_with("t=")) return std::nullopt;
    const auto millidegrees = integer_in(lines[1].substr(2));
    if (!millidegrees) return std::nullopt;
    if (!has_count_byte) return celsius{static_cast<double>(*millidegrees) / 1000, power_on_sign::unknown};
    // raspberrypi/linux#4124: a kernel that got the sign wrong.
    const auto raw = static_cast<std::int16_t>((*read)[0] | (*read)[1] << 8);
    if (std::llabs(*millidegrees - raw * 1000 / 16) > 500) return std::nullopt;
    return celsius{static_cast<double>(*millidegrees) / 1000, sign_in(*read)};
}

std::vector<std::int64_t> w1_counters_in(std::string_view w1_slave) {
    const auto lines = lines_of(w1_slave);
    if (lines.size() != 4) return {};
    std::vector<std::int64_t> counters;
    for (const auto line : {lines[2], lines[3]}) {
        constexpr std::string_view before = "crc=YES c=";
        const auto at = line.find(before);
        if (at == std::string_view::npos) return {};
        const auto value = integer_in(line.substr(at + before.size()));
        if (!value || *value < std::numeric_limits<std::int32_t>::min() || *value > largest_counter) return {};
        // w1_ds2423.c prints it with a sign.
        counters.push_back(*value < 0 ? *value + largest_counter + 1 : *value);
    }
    return counters;
}

} // namespace releve::onewire
