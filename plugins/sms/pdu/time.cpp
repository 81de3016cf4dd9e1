// SPDX-License-Identifier: Apache-2.0
#include "pdu/time.hpp"

#include <array>
#include <chrono>

namespace releve::sms {
namespace {
constexpr std::int64_t day = 86400, quarter = 900;
constexpr std::uint8_t minus = 0x08; // in the zone's octet, before its tens

std::uint8_t swapped(unsigned number) { return static_cast<std::uint8_t>((number / 10) | ((number % 10) << 4)); }
} // namespace

std::optional<pdu_time> read_time(std::span<const std::uint8_t, pdu_time_size> bytes) {
    namespace c = std::chrono;
    std::array<unsigned, pdu_time_size> n{};
    for (std::size_t i = 0; i < n.size(); ++i) {
        const unsigned tens = bytes[i] & (i == 6 ? 0x07U : 0x0FU), ones = bytes[i] >> 4;
        if (tens > 9 || ones > 9) return std::nullopt;
        n[i] = tens * 10 + ones;
    }
    const c::year_month_day date{c::year{2000 + static_cast<int>(n[0])}, c::month{n[1]}, c::day{n[2]}};
    if (!date.ok() || n[3] > 23 || n[4] > 59 || n[5] > 60 || n[6] > 63) return std::nullopt;
    const int quarters = (bytes[6] & minus) != 0 ? -static_cast<int>(n[6]) : static_cast<int>(n[6]);
    const std::int64_t local =
        c::sys_days{date}.time_since_epoch().count() * day + std::int64_t{n[3]} * 3600 + std::int64_t{n[4]} * 60 + n[5];
    return pdu_time{local - quarters * quarter, quarters};
}

void write_time(octets& out, const std::optional<pdu_time>& time) {
    namespace c = std::chrono;
    if (!time) {
        out.insert(out.end(), pdu_time_size, 0);
        return;
    }
    const c::sys_seconds local{c::seconds{time->seconds + time->quarters * quarter}};
    const auto midnight = c::floor<c::days>(local);
    const c::year_month_day date{midnight};
    const auto of_day = static_cast<unsigned>((local - midnight).count());
    const int year = static_cast<int>(date.year());
    if (year < 2000 || year > 2099) throw pdu_error{"a message's time is from 2000 to 2099"};
    if (time->quarters < -63 || time->quarters > 63)
        throw pdu_error{"a zone is at most 63 quarters of an hour from UTC"};
    for (const auto number : {static_cast<unsigned>(year - 2000), static_cast<unsigned>(date.month()),
                              static_cast<unsigned>(date.day()), of_day / 3600, of_day / 60 % 60, of_day % 60})
        out.push_back(swapped(number));
    const bool west = time->quarters < 0;
    const auto zone = swapped(static_cast<unsigned>(west ? -time->quarters : time->quarters));
    out.push_back(static_cast<std::uint8_t>(zone | (west ? minus : 0U)));
}

std::int64_t validity_minutes(std::uint8_t octet) {
    if (octet <= 143) return (std::int64_t{octet} + 1) * 5;
    if (octet <= 167) return 720 + (std::int64_t{octet} - 143) * 30;
    if (octet <= 196) return (std::int64_t{octet} - 166) * 24 * 60;
    return (std::int64_t{octet} - 192) * 7 * 24 * 60;
}

std::uint8_t validity_octet(std::int64_t minutes) {
    for (unsigned octet = 0; octet < 255; ++octet)
        if (validity_minutes(static_cast<std::uint8_t>(octet)) >= minutes) return static_cast<std::uint8_t>(octet);
    return 255;
}

} // namespace releve::sms
