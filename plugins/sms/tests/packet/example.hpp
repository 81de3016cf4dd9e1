// SPDX-License-Identifier: Apache-2.0
// The small site of docs/sms-packets.md, and the key of the tests.
#pragma once

#include "packet/packet.hpp"

#include <numeric>
#include <string>

namespace packet_example {

using namespace releve::sms;

inline octets key() {
    octets bytes(packet_key_size);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    return bytes;
}

inline std::vector<series_definition> dictionary() {
    return {{"volume", "m3", {"channel=cold", "device=A1"}, 2, true}, {"temperature", "Cel", {"device=A1"}, 1, false}};
}

constexpr std::int64_t midnight = 1795478400; // 2026-11-24 00:00:00 UTC
constexpr std::int64_t day = 86400;

/// Three days, then a fourth whose temperature is suspect.
inline std::vector<std::vector<packet_record>> days() {
    return {{{midnight, 0, 12345, 0}, {midnight, 1, 195, 0}},
            {{midnight + day, 0, 12360, 0}, {midnight + day, 1, 201, 0}},
            {{midnight + 2 * day, 0, 12374, 0}, {midnight + 2 * day, 1, 198, 0}},
            {{midnight + 3 * day, 0, 12391, 0}, {midnight + 3 * day, 1, 203, 1}}};
}

/// What came of a setting at noon of the fourth day.
inline series_definition outcome() {
    return {"setting_outcome", "", {"channel=relay1", "device=A1", "releve=event"}, 0, false, true};
}
inline packet_record switched_on() { return {midnight + 3 * day + day / 2, 2, 0, 0, "set ON"}; }

/// All messages of the example, in order.
inline std::vector<octets> messages() {
    packet_writer writer{key()};
    std::vector<octets> all;
    for (const auto& m : writer.define(dictionary())) all.push_back(m.bytes);
    for (const auto& d : days())
        for (const auto& m : writer.report(d)) all.push_back(m.bytes);
    for (const auto& m : writer.define(std::vector{outcome()})) all.push_back(m.bytes);
    for (const auto& m : writer.report(std::vector{switched_on()})) all.push_back(m.bytes);
    return all;
}

} // namespace packet_example
