// SPDX-License-Identifier: Apache-2.0
// Which parts that were received are of one message (3GPP TS 23.040, 9.2.3.24.1): senders number their messages with 8
// or 16 bits, and begin anew.
#pragma once

#include "pdu/pdu.hpp"

#include <vector>

namespace releve::sms {

struct message_part {
    std::size_t which = 0; // the caller's number for it
    pdu_address centre;
    sms_deliver message;
    concatenation place;
};

struct part_set {
    std::vector<message_part> parts; // by number, each once
    std::vector<std::size_t> again;  // `which` of parts that came twice
    /// Parts of another message with the same reference came at the same time: it may have one of them.
    bool is_mixed = false;

    bool is_complete() const { return parts.size() == parts.front().place.total; }
    std::size_t missing() const { return parts.front().place.total - parts.size(); }
    /// A character that is cut beside a missing part is not joined to another one.
    read_text text() const;
    octets bytes() const;
};

/// Parts are of one message when sender, service centre, protocol, reference, their count and the alphabet are the
/// same, no number is there twice, and each was sent within a minute of the one before.
std::vector<part_set> sets_of(std::vector<message_part> parts);

} // namespace releve::sms
