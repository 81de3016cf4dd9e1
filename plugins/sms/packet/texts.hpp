// SPDX-License-Identifier: Apache-2.0
// Texts in a packet: each with its time, since nothing is expected of them.
#pragma once

#include "packet/state.hpp"

#include <span>

namespace releve::sms {

/// Octets of the longest text that fits in a message of this size.
std::size_t longest_text(std::size_t room);

void write_texts(bit_writer& out, std::span<const packet_record> records);
/// Ignores what follows. False: the body is malformed.
bool read_texts(bit_reader& in, const packet_state& state, std::vector<packet_record>& records);

} // namespace releve::sms
