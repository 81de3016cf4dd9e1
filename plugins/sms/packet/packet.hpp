// SPDX-License-Identifier: Apache-2.0
// Packets: what one end writes and the other reads, each one SMS, in order of their numbers.
#pragma once

#include "packet/frame.hpp"
#include "packet/state.hpp"

#include <optional>
#include <stdexcept>

namespace cereal {
class access;
}

namespace releve::sms {

struct packet_message {
    std::uint16_t number = 0;
    octets bytes;
};

/// A definition or a record that can't be sent: says which and why.
struct packet_error : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

class packet_writer {
    packet_state state_;
    octets key_;
    std::size_t room_;
    bool defined_ = false;
    friend class cereal::access; // all but the key
    template <class A>
    void serialize(A& archive);
    packet_message pack(std::span<const packet_record> numbers, std::span<const packet_record> texts);

public:
    /// room: octets of a message, sms_octets or sms_octets_base16. key: packet_key_size octets, the same at both ends.
    explicit packet_writer(std::span<const std::uint8_t> key, std::size_t room = sms_octets,
                           std::uint8_t time_decimals = 0);
    /// The next message starts with an empty dictionary: when the other end has another state. `after`: the number to
    /// continue from, when the other end has read later ones than were ever written here.
    void restart(std::optional<std::uint16_t> after = {});
    /// Adds series to the dictionary, in as few messages as they need.
    std::vector<packet_message> define(std::span<const series_definition> series);
    /// The numbers first, then the texts, in as few messages as they need.
    std::vector<packet_message> report(std::span<const packet_record> records);
    const packet_state& state() const { return state_; }
};

/// A number that is further ahead is one of before: numbers wrap, and a packet of before is authentic still.
constexpr int max_packets_ahead = 16'384;

enum class packet_verdict {
    accepted,
    not_a_packet,  // its size or version
    not_authentic, // its MAC: damaged, forged, or another key
    unknown_kind,
    repeated,    // the number of a packet that was read
    early,       // one before it is missing
    other_state, // authentic, but the sender had another state before it: it has to restart
    malformed,   // authentic but wrong: a bug in the sender's program
};
const char* to_string(packet_verdict verdict);

struct packet_content {
    packet_verdict verdict = packet_verdict::not_a_packet;
    std::uint16_t number = 0; // when authentic
    std::vector<packet_record> records;
};

class packet_reader {
    packet_state state_;
    octets key_;
    bool defined_ = false;
    friend class cereal::access; // all but the key
    template <class A>
    void serialize(A& archive);

public:
    explicit packet_reader(std::span<const std::uint8_t> key);
    /// Nothing is changed unless accepted.
    packet_content read(std::span<const std::uint8_t> message);
    const packet_state& state() const { return state_; }
};

} // namespace releve::sms
