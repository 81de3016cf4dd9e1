// SPDX-License-Identifier: Apache-2.0
// Times and validities of messages (3GPP TS 23.040, 9.2.3.11 and 9.2.3.12).
#pragma once

#include "pdu/octet_reader.hpp"

#include <optional>

namespace releve::sms {

struct pdu_time {
    std::int64_t seconds = 0; // UTC since 1970
    int quarters = 0;         // of an hour that the centre's local time is ahead
    bool operator==(const pdu_time&) const = default;
};

constexpr std::size_t pdu_time_size = 7;

/// Years 2000 to 2099. Nothing when the octets are not a time, so that the message is not lost.
std::optional<pdu_time> read_time(std::span<const std::uint8_t, pdu_time_size> bytes);
void write_time(octets& out, const std::optional<pdu_time>& time); // none: zeros

/// Relative validity: minutes that an octet stands for, and the octet for at least this many minutes.
std::int64_t validity_minutes(std::uint8_t octet);
std::uint8_t validity_octet(std::int64_t minutes);

} // namespace releve::sms
