// SPDX-License-Identifier: Apache-2.0
// One direction of a link: numbered packets, sent again until they are acknowledged. SMS get lost, arrive late, twice
// and out of order; an end may be restored from a backup. No I/O: times are passed in, messages come out. Both ends are
// values: a copy is a backup.
#pragma once

#include "packet/packet.hpp"

#include <releve/kit/time/rate_limit.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cereal {
class access;
}

namespace releve::sms {

/// What an acknowledgement says: the number of the last packet that was read, the CRC-16 of the state after it, and
/// whether there are later packets that can't be read.
struct acknowledgement {
    std::uint16_t number = 0, known = 0;
    bool stuck = false;
};
octets seal_acknowledgement(const acknowledgement& what, std::span<const std::uint8_t> key);
std::optional<acknowledgement> open_acknowledgement(std::span<const std::uint8_t> message,
                                                    std::span<const std::uint8_t> key);

struct link_settings {
    int max_per_day = 20; // messages in any 24 hours: they cost money
    /// Until a packet is sent again, 30 h; then twice as long, up to four days. Longer than acknowledgements are
    /// gathered.
    std::int64_t resend_after_s = 108'000;
    std::int64_t gather_s = 0;     // records within this time are sent together
    std::size_t room = sms_octets; // of a message
    std::size_t max_open = 16;     // packets without an acknowledgement; more records wait
    std::size_t max_kept = 400;    // groups of acknowledged packets, kept for an end that is restored
    std::size_t max_kept_records = 4000;
};

class link_sender {
public:
    /// `key`: packet_key_size octets, of this direction only.
    link_sender(std::span<const std::uint8_t> key, std::vector<series_definition> dictionary,
                link_settings settings = {});
    /// The series' number in the dictionary; a new one is added. A definition that is longer than a message follows
    /// series that are its beginnings and have no records. Throws packet_error.
    std::uint32_t number_of(const series_definition& series);
    /// Why the record's text can't be sent; empty: it can.
    std::string refuses(const packet_record& record) const;
    /// Records to send, in order within each series.
    void add(std::span<const packet_record> records, std::int64_t now);
    /// Packs waiting records, when it is time. True: there are new packets, to be saved before they are sent.
    bool prepare(std::int64_t now);
    /// Forgets half of what is kept for an end that is restored, the oldest. False: nothing was kept.
    bool forget_kept();
    /// The messages to send now.
    std::vector<octets> due(std::int64_t now);
    /// One of them could not be sent: it is due again at that time.
    void failed(std::span<const std::uint8_t> message, std::int64_t due_again);
    const std::vector<series_definition>& dictionary() const { return dictionary_; }
    std::size_t waiting() const { return waiting_.size(); } // records that are not packed
    std::size_t open() const;                               // packets without an acknowledgement
    /// A message from the other end; anything but an acknowledgement is ignored.
    void take(std::span<const std::uint8_t> message, std::int64_t now);
    /// Nothing waits, and all is acknowledged.
    bool at_rest() const;
    /// All but the key and the settings, and back. restore() throws std::exception when saved() did not make the bytes.
    std::string saved() const;
    void restore(std::string_view saved);

private:
    friend class cereal::access;
    template <class A>
    void serialize(A& archive);
    struct sent {
        packet_message message;
        std::uint16_t known = 0; // after it
        bool acknowledged = false;
        int tries = 0;
        std::int64_t due = 0;
        template <class A>
        void serialize(A& archive);
    };
    struct group { // packed at once
        std::vector<sent> messages;
        std::vector<packet_record> records;
        template <class A>
        void serialize(A& archive);
    };

    void pack(std::vector<packet_message> messages, std::vector<packet_record> records, std::int64_t now);
    void restart(std::uint16_t read, std::uint16_t after);
    sent* find(std::uint16_t number);

    octets key_;
    std::vector<series_definition> dictionary_;
    link_settings settings_;
    packet_writer writer_;
    packet_reader mirror_; // reads what is written: the other end's state after each packet
    kit::rate_limit limit_;
    std::deque<group> groups_;
    std::vector<packet_record> waiting_;
    std::int64_t waiting_since_ = 0;
    bool defined_ = false;
    std::uint16_t first_ = 0; // of the dictionary in force
    int behind_ = 0;          // acknowledgements in a row that cover less than earlier ones
};

class link_receiver {
public:
    /// `acknowledge_after_s`: how long acknowledgements are gathered while nothing is wrong.
    explicit link_receiver(std::span<const std::uint8_t> key, int max_per_day = 6,
                           std::int64_t acknowledge_after_s = 72'000);
    /// The records that can be read now, in order; their series are those of dictionary().
    std::vector<packet_record> take(std::span<const std::uint8_t> message, std::int64_t now);
    /// The acknowledgement to send now, if there is one.
    std::optional<octets> due(std::int64_t now);
    /// It could not be sent: one is due again at that time.
    void failed(std::int64_t due_again) { owe(due_again); }
    /// As link_sender.
    std::string saved() const;
    void restore(std::string_view saved);
    const std::vector<series_definition>& dictionary() const { return reader_.state().series; }

private:
    friend class cereal::access;
    template <class A>
    void serialize(A& archive);
    void owe(std::int64_t at);

    octets key_;
    packet_reader reader_;
    kit::rate_limit limit_;
    std::int64_t acknowledge_after_, soon_;
    std::map<std::uint16_t, octets> early_; // by number
    bool other_state_ = false;
    int read_ = 0; // since the last acknowledgement
    std::optional<std::int64_t> owed_at_;
};

} // namespace releve::sms
