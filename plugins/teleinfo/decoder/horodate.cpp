// SPDX-License-Identifier: Apache-2.0
#include "decoder/horodate.hpp"
#include "decoder/bytes.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace releve::teleinfo {

namespace {

constexpr unsigned days_in(unsigned year, unsigned month) noexcept {
    constexpr std::array<std::uint8_t, 13> days{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month] + (month == 2 && year % 4 == 0 ? 1u : 0u); // 2000 to 2099
}

} // namespace

bool read_horodate(std::string_view text, horodate& out) noexcept {
    if (text.size() != 13) return false;
    switch (text[0]) {
    case 'H':
        out.in = season::winter, out.degraded = false;
        break;
    case 'h':
        out.in = season::winter, out.degraded = true;
        break;
    case 'E':
        out.in = season::summer, out.degraded = false;
        break;
    case 'e':
        out.in = season::summer, out.degraded = true;
        break;
    case ' ':
        out.in = season::none, out.degraded = false;
        break;
    default:
        return false;
    }
    const auto date = load_bytes(text.data() + 1);
    const auto time = low_bytes(load_bytes(text.data() + 9), 4) | (every_byte('0') & 0xffffffff00000000u);
    if (!all_digits(date) || !all_digits(time)) return false;
    // Each pair of digits as a number, in bytes 0, 2, 4 and 6.
    const auto pairs = [](std::uint64_t word) {
        word -= every_byte('0');
        return word * 10 + (word >> 8);
    };
    const auto byte = [](std::uint64_t word, unsigned at) { return static_cast<std::uint8_t>(word >> (at * 8)); };
    const auto d = pairs(date);
    const auto t = pairs(time);
    out.year = byte(d, 0);
    out.month = byte(d, 2);
    out.day = byte(d, 4);
    out.hour = byte(d, 6);
    out.minute = byte(t, 0);
    out.second = byte(t, 2);
    return out.month >= 1 && out.month <= 12 && out.day >= 1 && out.day <= days_in(out.year, out.month) &&
           out.hour < 24 && out.minute < 60 && out.second < 60;
}

std::optional<std::int64_t> mainland_seconds(const horodate& of) noexcept {
    using namespace std::chrono;
    if (of.in == season::none) return std::nullopt;
    const sys_days day = year{2000 + of.year} / of.month / of.day;
    const auto local = day.time_since_epoch() + hours{of.hour} + minutes{of.minute} + seconds{of.second};
    return duration_cast<seconds>(local - hours{of.in == season::winter ? 1 : 2}).count();
}

std::string local_text(const horodate& of) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "20%02u-%02u-%02u %02u:%02u:%02u", of.year % 100u, of.month % 100u,
                  of.day % 100u, of.hour % 100u, of.minute % 100u, of.second % 100u);
    return text.data();
}

} // namespace releve::teleinfo
