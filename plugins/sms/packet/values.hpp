// SPDX-License-Identifier: Apache-2.0
// Records in a packet: rounds of one time each, with the values that differ from what was expected.
#pragma once

#include "packet/state.hpp"

#include <span>

namespace releve::sms {

/// Why a record can't be sent; null when it can.
const char* bad_record(const packet_record& record, const packet_state& state);

void write_records(bit_writer& out, packet_state& state, std::span<const packet_record> records);
/// Ignores what follows. False: the body is malformed, and the state can't be used any more.
bool read_records(bit_reader& in, packet_state& state, std::vector<packet_record>& records);

} // namespace releve::sms
