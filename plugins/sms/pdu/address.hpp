// SPDX-License-Identifier: Apache-2.0
// Telephone numbers and names of senders (3GPP TS 23.040, 9.1.2.5).
#pragma once

#include "pdu/octet_reader.hpp"

namespace releve::sms {

struct pdu_address {
    std::string text;         // "+33612345678", "38656", "TONIQUE"
    std::uint8_t type = 0x81; // 91 international, 81 not known, D0 a name, as on the wire
    bool operator==(const pdu_address&) const = default;
};

/// With a +: international. Digits, * and #: a number of unknown type. Else a name.
pdu_address address_of(const std::string& text);

/// "+33612345678", or digits alone: what a message can be sent to.
bool is_number(std::string_view text);

pdu_address read_address(octet_reader& in, const char* what);
void write_address(octets& out, const pdu_address& address);
/// The service centre's is counted in octets. Empty: the modem's own.
pdu_address read_service_centre(octet_reader& in);
void write_service_centre(octets& out, const pdu_address& address);

} // namespace releve::sms
