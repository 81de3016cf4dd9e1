// SPDX-License-Identifier: Apache-2.0
// Definitions of series in a packet: each as the differences from an earlier one.
#pragma once

#include "packet/state.hpp"

namespace releve::sms {

constexpr std::size_t max_packet_series = 4096;
constexpr std::size_t definitions_compared = 64; // the last ones, to find a similar one

/// Why a definition can't be sent; null: it can.
const char* bad_definition(const series_definition& definition);

void write_definitions(bit_writer& out, packet_state& state, const series_definition* begin, std::size_t count);
/// False: the body is malformed, and the state can't be used any more.
bool read_definitions(bit_reader& in, packet_state& state);

} // namespace releve::sms
