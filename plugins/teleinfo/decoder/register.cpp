// SPDX-License-Identifier: Apache-2.0
#include "decoder/register.hpp"

#include <cstdio>

namespace releve::teleinfo {

status_register read_status(std::uint32_t stge) noexcept {
    const auto bits = [stge](unsigned from, unsigned count) { return (stge >> from) & ((1u << count) - 1); };
    const auto bit = [stge](unsigned at) { return ((stge >> at) & 1u) != 0; };
    using words = std::string_view;
    constexpr std::array<words, 8> breaker{"closed",           "open_overpower",
                                           "open_overvoltage", "open_load_shedding",
                                           "open_by_order",    "open_overheating_high_current",
                                           "open_overheating", ""};
    constexpr std::array<words, 4> euridis{"off", "unsecured", "", "secured"};
    constexpr std::array<words, 4> plc{"new_unlocked", "new_locked", "registered", ""};
    constexpr std::array<words, 4> colour{"none", "blue", "white", "red"};
    return {.dry_contact_open = bit(0),
            .breaker = breaker[bits(1, 3)],
            .terminal_cover_open = bit(4),
            .overvoltage = bit(6),
            .overload = bit(7),
            .producer = bit(8),
            .injecting = bit(9),
            .supplier_index = static_cast<std::uint8_t>(bits(10, 4) + 1),
            .distributor_index = static_cast<std::uint8_t>(bits(14, 2) + 1),
            .clock_degraded = bit(16),
            .standard_output = bit(17),
            .euridis = euridis[bits(19, 2)],
            .plc = plc[bits(21, 2)],
            .plc_synchronised = bit(23),
            .tempo_today = colour[bits(24, 2)],
            .tempo_tomorrow = colour[bits(26, 2)],
            .peak_announced = static_cast<std::uint8_t>(bits(28, 2)),
            .peak_running = static_cast<std::uint8_t>(bits(30, 2))};
}

namespace {

/// -1: no digit of base 16.
constexpr int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

struct clock_time {
    unsigned hour = 0, minute = 0;
    bool exists() const noexcept { return hour < 24 && minute < 60; }
    friend bool operator==(const clock_time&, const clock_time&) = default;
};

/// A block as both notations have it. In decimals, a digit above 9 makes an hour or a minute that does not exist.
struct block_reading {
    std::string_view text;
    clock_time decimal, octets;
    unsigned action = 0;
};

bool read_block(std::string_view text, block_reading& out) noexcept {
    std::array<unsigned, 8> digits{};
    for (std::size_t i = 0; i < 8; ++i) {
        const int digit = hex_digit(text[i]);
        if (digit < 0) return false;
        digits[i] = static_cast<unsigned>(digit);
    }
    const auto two = [&](std::size_t at, unsigned base) {
        constexpr unsigned none = 99;
        return digits[at] >= base || digits[at + 1] >= base ? none : digits[at] * base + digits[at + 1];
    };
    out.text = text;
    out.decimal = {two(0, 10), two(2, 10)};
    out.octets = {two(0, 16), two(2, 16)};
    out.action = digits[4] << 12 | digits[5] << 8 | digits[6] << 4 | digits[7];
    return true;
}

profile_slot slot_of(const block_reading& block, bool decimal, bool octets) noexcept {
    profile_slot made;
    const auto& time = decimal ? block.decimal : block.octets;
    if (decimal && octets && block.decimal != block.octets) {
        made.raw = block.text;
        return made;
    }
    const unsigned index = block.action & 0xf;
    made.hour = static_cast<std::uint8_t>(time.hour);
    made.minute = static_cast<std::uint8_t>(time.minute);
    made.index = static_cast<std::uint8_t>(index <= 10 ? index : 0);
    made.contacts = static_cast<std::uint8_t>(block.action >> 4 & 0x7f);
    made.contact = static_cast<dry_contact>(block.action >> 14);
    return made;
}

} // namespace

bool read_day_profile(std::string_view data, day_profile& out) noexcept {
    constexpr std::size_t block = 8;
    out.size = 0;
    if (data.size() != out.slots.size() * (block + 1) - 1) return false;
    std::array<block_reading, 11> read;
    std::size_t size = 0;
    bool decimal = true, octets = true; // all blocks are times so
    for (std::size_t i = 0; i < out.slots.size(); ++i) {
        const std::size_t at = i * (block + 1);
        if (i != 0 && data[at - 1] != ' ') return false;
        const auto text = data.substr(at, block);
        if (text == "NONUTILE") continue;
        auto& one = read[size++];
        if (!read_block(text, one)) return false;
        decimal = decimal && one.decimal.exists();
        octets = octets && one.octets.exists();
    }
    if (!decimal && !octets) return false;
    for (std::size_t i = 0; i < size; ++i) out.slots[i] = slot_of(read[i], decimal, octets);
    out.size = size;
    return true;
}

std::string profile_text(const day_profile& of) {
    constexpr std::array<std::string_view, 4> contact{"", " contact as tempo", " contact open", " contact closed"};
    std::string text;
    for (std::size_t i = 0; i < of.size; ++i) {
        const auto& slot = of.slots[i];
        if (i != 0) text += "; ";
        if (!slot.raw.empty()) {
            text += slot.raw;
            continue;
        }
        std::array<char, 16> time{};
        std::snprintf(time.data(), time.size(), "%02u:%02u", slot.hour % 100u, slot.minute % 100u);
        text += time.data();
        if (slot.index != 0) text += " index " + std::to_string(slot.index);
        text += contact[static_cast<std::size_t>(slot.contact)];
        std::string_view before = " virtual ";
        for (unsigned n = 0; n < 7; ++n) {
            if ((slot.contacts >> n & 1) == 0) continue;
            text += before;
            text += static_cast<char>('1' + n);
            before = ",";
        }
    }
    return text;
}

} // namespace releve::teleinfo
