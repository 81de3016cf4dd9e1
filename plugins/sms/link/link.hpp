// SPDX-License-Identifier: Apache-2.0
// One direction of a link: packets that are numbered, acknowledged, and sent again until they are. SMS get lost, come
// late, twice and out of order; an end may be restored from a backup. No I/O: time goes in, messages come out. Both
// ends are values: to copy one is to back it up.
#pragma once

#include "packet/packet.hpp"

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

/// What an acknowledgement says: number of the last packet that was read, CRC-16 of what is known after it, and whether
/// packets wait that can't be read.
struct acknowledgement {
    std::uint16_t number = 0, known = 0;
    bool stuck = false;
};
octets seal_acknowledgement(const acknowledgement& what, std::span<const std::uint8_t> key);
std::optional<acknowledgement> open_acknowledgement(std::span<const std::uint8_t> message,
                                                    std::span<const std::uint8_t> key);

/// No more than so many messages in any 24 hours: they cost money. Times are seconds.
class message_budget {
    friend class cereal::access;
    template <class A>
    void serialize(A& archive);

public:
    explicit message_budget(int most)
        : most_{most} {}
    bool take(std::int64_t now);

private:
    int most_;
    std::deque<std::int64_t> spent_;
};

struct link_settings {
    int most_a_day = 20; // messages
    /// Until a packet is sent again, 30 h; then twice as long, up to four days. Longer than an acknowledgement is saved
    /// up.
    std::int64_t again_s = 108'000;
    std::int64_t gather_s = 0;     // records that come within it go together
    std::size_t room = sms_octets; // of a message
    std::size_t open = 16;         // packets that are not acknowledged, at most; more records wait
    std::size_t kept = 400;        // groups of packets that are kept after that, for an end that is restored
    std::size_t kept_records = 4000;
};

class link_sender {
public:
    /// `key`: packet_key_size octets, of this direction alone.
    link_sender(std::span<const std::uint8_t> key, std::vector<series_definition> dictionary, link_settings how = {});
    /// The series' number in the dictionary, to which it is added where it is new. One whose definition is longer than
    /// a message comes after series that have its beginnings, and no records. Throws packet_error.
    std::uint32_t number_of(const series_definition& series);
    /// Why a text can go into no message; empty: it can.
    std::string refuses(const packet_record& record) const;
    /// To be sent; in order within each series.
    void add(std::span<const packet_record> records, std::int64_t now);
    /// Packs what waits, where it is time. True: there are packets that are to be saved before they are sent.
    bool prepare(std::int64_t now);
    /// The messages to send now.
    std::vector<octets> due(std::int64_t now);
    /// One of them could not be sent: it is due again then.
    void failed(std::span<const std::uint8_t> message, std::int64_t again);
    const std::vector<series_definition>& dictionary() const { return dictionary_; }
    std::size_t waiting() const { return waiting_.size(); } // records that are not packed
    std::size_t open() const;                               // packets that are not acknowledged
    /// A message from the other end; what is no acknowledgement is passed over.
    void take(std::span<const std::uint8_t> message, std::int64_t now);
    /// Nothing waits, and all is acknowledged.
    bool at_rest() const;
    /// All but the key and the settings, and back. Throws std::exception when it is not what saved() gave.
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
    struct group { // what was packed at once
        std::vector<sent> messages;
        std::vector<packet_record> records;
        template <class A>
        void serialize(A& archive);
    };

    void pack(std::vector<packet_message> messages, std::vector<packet_record> records, std::int64_t now);
    void begin_anew(std::uint16_t read, std::uint16_t after);
    sent* find(std::uint16_t number);

    octets key_;
    std::vector<series_definition> dictionary_;
    link_settings how_;
    packet_writer writer_;
    packet_reader mirror_; // reads what is written, to know what the other end knows after each packet
    message_budget budget_;
    std::deque<group> groups_;
    std::vector<packet_record> waiting_;
    std::int64_t waiting_since_ = 0;
    bool defined_ = false;
    std::uint16_t first_ = 0; // of the dictionary in force
    int behind_ = 0;          // acknowledgements in a row that are of less than was acknowledged before
};

class link_receiver {
public:
    /// `longest_owed_s`: an acknowledgement is saved up so long, where nothing is wrong.
    explicit link_receiver(std::span<const std::uint8_t> key, int most_a_day = 6, std::int64_t longest_owed_s = 72'000);
    /// The records that can be read now, in order; their series are those of dictionary().
    std::vector<packet_record> take(std::span<const std::uint8_t> message, std::int64_t now);
    /// The acknowledgement to send now, if there is one.
    std::optional<octets> due(std::int64_t now);
    /// It could not be sent: one is due again then.
    void failed(std::int64_t again) { owe(again); }
    /// As link_sender's.
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
    message_budget budget_;
    std::int64_t longest_owed_, soon_;
    std::map<std::uint16_t, octets> early_; // by number
    bool other_state_ = false;
    int read_ = 0; // since the last acknowledgement
    std::optional<std::int64_t> owed_at_;
};

} // namespace releve::sms
