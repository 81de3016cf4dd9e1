// SPDX-License-Identifier: Apache-2.0
// Messages as a modem in PDU mode passes them (3GPP TS 23.040, 9.2.2; TS 27.005): octets to fields and vice versa.
#pragma once

#include "pdu/address.hpp"
#include "pdu/time.hpp"
#include "pdu/user_data.hpp"

#include <variant>

namespace releve::sms {

struct sms_deliver {
    pdu_address sender;
    bool more = false; // the centre has more messages for us
    bool reply_path = false, report_wanted = false;
    std::uint8_t protocol = 0;
    std::optional<pdu_time> time;
    user_data data;
    bool operator==(const sms_deliver&) const = default;
};

struct sms_submit {
    pdu_address recipient;
    std::uint8_t reference = 0; // a modem uses its own
    bool reject_duplicates = false, reply_path = false, report_wanted = false;
    std::uint8_t protocol = 0;
    std::optional<std::int64_t> valid_seconds; // how long the centre tries; written in steps of 5 minutes and more
    std::optional<pdu_time> valid_until;
    user_data data;
    bool operator==(const sms_submit&) const = default;
};

/// The highest of the reserved values: there is a report, and what it says is not known.
constexpr std::uint8_t status_not_known = 0xFF;

struct sms_status_report {
    std::uint8_t reference = 0; // of the reported message
    pdu_address recipient;
    bool more = false;
    std::optional<pdu_time> time, ended;
    std::uint8_t status = 0; // 0 to 1F delivered, 20 to 3F still trying, 40 to 7F not delivered, from 80 on reserved
    bool operator==(const sms_status_report&) const = default;
};

struct pdu {
    pdu_address service_centre;
    std::variant<sms_deliver, sms_submit, sms_status_report> message;
    bool operator==(const pdu&) const = default;
};

/// Octets after the message are ignored. Throws pdu_error.
pdu read_pdu(std::span<const std::uint8_t> bytes);
octets write_pdu(const pdu& message);
/// What AT+CMGS counts: the octets without the service centre's.
std::size_t tpdu_size(std::span<const std::uint8_t> bytes);

} // namespace releve::sms
