// SPDX-License-Identifier: Apache-2.0
#include "frame.hpp"

#include <chrono>
#include <cstdio>

namespace teleinfo_player {

namespace {

std::string digits(std::int64_t value, int width) {
    char text[32];
    std::snprintf(text, sizeof text, "%0*lld", width, static_cast<long long>(value));
    return text;
}

// Maker 04, year 21, type 62: single-phase, 90 A (54E §6.1.3).
std::string serial_number(std::uint64_t seed) {
    return "042162" + digits(static_cast<std::int64_t>(seed % 1'000'000), 6);
}

std::string historique_frame(const reading& now, std::uint64_t seed) { // 54E §6.1.1
    frame made{mode::historique};
    made.add("ADCO", serial_number(seed));
    made.add("OPTARIF", "HC..");
    made.add("ISOUSC", digits(subscribed_va / 200, 2));
    made.add("HCHC", digits(now.off_peak_wh, 9));
    made.add("HCHP", digits(now.peak_wh, 9));
    made.add("PTEC", now.off_peak ? "HC.." : "HP..");
    made.add("IINST", digits(now.current_a, 3));
    if (now.current_a > subscribed_va / 200) made.add("ADPS", digits(now.current_a, 3));
    made.add("IMAX", "090");
    made.add("PAPP", digits(now.apparent_power_va, 5));
    made.add("HHPHC", "A");
    made.add("MOTDETAT", "000000");
    return made.bytes();
}

// Bits of 54E §6.2.3.14: dry contact open by day, above PREF, running indexes, standard output, Euridis with security,
// PLC new and locked.
std::string status_register(const reading& now) {
    std::uint32_t bits = 1U << 17U | 3U << 19U | 1U << 21U;
    if (!now.off_peak) bits |= 1U | 1U << 10U | 1U << 14U;
    if (now.apparent_power_va > subscribed_va) bits |= 1U << 7U;
    char text[16];
    std::snprintf(text, sizeof text, "%08X", static_cast<unsigned>(bits));
    return text;
}

// 54E §6.2.3.22: index 1 with the contact closed until 06:30 and from 22:30, index 2 with it open between.
std::string profile_of_tomorrow() {
    std::string blocks = "0000C001 06308002 2230C001";
    for (int unused = 0; unused < 8; ++unused) blocks += " NONUTILE";
    return blocks;
}

std::string standard_frame(const reading& now, std::uint64_t seed) { // 54E §6.2.2
    frame made{mode::standard};
    made.add("ADSC", serial_number(seed));
    made.add("VTIC", "02");
    made.add("DATE", now.utc_s, "");
    made.add("NGTF", "H PLEINE/CREUSE ");
    made.add("LTARF", now.off_peak ? " HEURE  CREUSE  " : "  HEURE  PLEINE ");
    made.add("EAST", digits(now.off_peak_wh + now.peak_wh, 9));
    made.add("EASF01", digits(now.off_peak_wh, 9));
    made.add("EASF02", digits(now.peak_wh, 9));
    for (int unused = 3; unused <= 10; ++unused) made.add("EASF" + digits(unused, 2), "000000000");
    made.add("EASD01", digits(now.off_peak_wh, 9));
    made.add("EASD02", digits(now.peak_wh, 9));
    made.add("EASD03", "000000000");
    made.add("EASD04", "000000000");
    made.add("IRMS1", digits(now.current_a, 3));
    made.add("URMS1", digits(now.voltage_v, 3));
    made.add("PREF", digits(subscribed_va / 1000, 2));
    made.add("PCOUP", digits(subscribed_va / 1000, 2));
    made.add("SINSTS", digits(now.apparent_power_va, 5));
    made.add("SMAXSN", now.highest_va[0].utc_s, digits(now.highest_va[0].value, 5));
    made.add("SMAXSN-1", now.highest_va[1].utc_s, digits(now.highest_va[1].value, 5));
    made.add("CCASN", now.curve_w[0].utc_s, digits(now.curve_w[0].value, 5));
    made.add("CCASN-1", now.curve_w[1].utc_s, digits(now.curve_w[1].value, 5));
    made.add("UMOY1", now.mean_voltage_v.utc_s, digits(now.mean_voltage_v.value, 3));
    made.add("STGE", status_register(now));
    made.add("MSG1", "PAS DE          MESSAGE         ");
    made.add("PRM", "0" + digits(static_cast<std::int64_t>(seed % 1'000'000), 13));
    made.add("RELAIS", now.off_peak ? "001" : "000");
    made.add("NTARF", now.off_peak ? "01" : "02");
    made.add("NJOURF", "00");
    made.add("NJOURF+1", "00");
    made.add("PJOURF+1", profile_of_tomorrow());
    return made.bytes();
}

} // namespace

std::string horodate(std::int64_t utc_s) {
    using namespace std::chrono;
    const int offset_s = paris_offset_s(utc_s);
    const sys_seconds here{seconds{utc_s + offset_s}};
    const auto midnight = floor<days>(here);
    const year_month_day date{midnight};
    const hh_mm_ss time{here - midnight};
    return (offset_s == 7200 ? "E" : "H") + digits(static_cast<int>(date.year()) % 100, 2) +
           digits(static_cast<unsigned>(date.month()), 2) + digits(static_cast<unsigned>(date.day()), 2) +
           digits(time.hours().count(), 2) + digits(time.minutes().count(), 2) + digits(time.seconds().count(), 2);
}

void frame::add(std::string_view label, std::string_view data) {
    const char separator = mode_ == mode::historique ? ' ' : '\t';
    std::string covered{label};
    covered.append(1, separator).append(data);
    // 54E §5.3.6: the sum takes in the last separator in standard mode only.
    if (mode_ == mode::standard) covered += separator;
    unsigned sum = 0;
    for (const char c : covered) sum += static_cast<unsigned char>(c);
    if (mode_ == mode::historique) covered += separator;
    groups_.append("\n").append(covered).append(1, static_cast<char>((sum & 0x3FU) + 0x20U)).append("\r");
}

void frame::add(std::string_view label, std::int64_t utc_s, std::string_view data) {
    add(label, horodate(utc_s).append("\t").append(data));
}

std::string frame_of(mode which, const reading& now, std::uint64_t seed) {
    return which == mode::historique ? historique_frame(now, seed) : standard_frame(now, seed);
}

} // namespace teleinfo_player
