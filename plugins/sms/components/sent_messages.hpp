// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "components/gsm_modem.hpp"
#include "pdu/octets.hpp"

#include <releve/context.hpp>
#include <releve/kit/time/rate_limit.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace releve::sms {

struct text_message {
    std::string text;
    std::uint16_t reference = 0; // of its parts, if it has several: the same at each try
    std::int64_t valid_seconds = 0;
    bool report_wanted = false; // the network's report on its delivery
};

/// Messages to one number, ready for the modem.
std::vector<octets> messages_to(const std::string& number, const text_message& of);

/// What a sink has sent: a series, a limit per day, and both over restarts; and the proof of it, which the modem's
/// store keeps until the host has committed that the messages were sent. A host that is killed before that gets the
/// same records again, and finds their messages there as sent.
class sent_messages {
public:
    /// `max_per_day`: in 24 hours; 0: any number.
    sent_messages(context& host, gsm_modem& modem, std::int64_t max_per_day);
    sent_messages(const sent_messages&) = delete;
    sent_messages& operator=(const sent_messages&) = delete;
    ~sent_messages() { modem_.keep(this, {}); }
    /// At the start.
    void load();
    bool has_room(std::size_t count);
    /// "the limit of 30 messages in 24 hours is reached"
    std::string limit_reached() const;
    /// Nothing: the network took them all. Else why it refuses them for good; sent() may be above 0. Throws
    /// transient_error, permanent_error. When any were sent note() has to follow, with state that says so.
    std::optional<std::string> send(const std::vector<octets>& messages);
    /// After send() threw: the modem is there, and refuses this message.
    bool modem_responds() const { return responds_; }
    /// What the last send() that threw was to send.
    const std::vector<octets>& failed() const { return failed_; }
    /// They are not to be sent any more, and leave the store. What fails here is logged.
    void give_up(const std::vector<octets>& messages);
    /// Messages that were ever sent.
    std::int64_t total() const { return total_; }
    /// How many of them the store has as sent.
    std::size_t sent() const { return fresh_.size(); }
    /// So many were sent: makes an emit, with the state that was set before.
    void note(std::size_t count);
    /// Waits up to 2 s for the host's commit, then removes the proof that is no longer needed. To be called after the
    /// last of a group; what fails here is repeated before the next message is sent.
    void settle();
    /// Waits up to 2 s until the host has committed that emit. False: it has not.
    bool wait_for(std::uint64_t emit) const;

private:
    struct proof {
        std::uint64_t number = 0; // of the emit that says so
        stored_message message;
    };
    duration now() const { return host_.now().time_since_epoch(); }
    void keep_proofs() const;
    void save_proofs();
    void forget_acknowledged(const modem_turn& turn);
    void remove_oldest(const modem_turn& turn);
    bool is_short_of_room(const modem_turn& turn, std::size_t count) const;
    void make_room(std::size_t count);

    context& host_;
    gsm_modem& modem_;
    kit::rate_limit limit_;
    series sent_series_;
    std::int64_t total_ = 0;
    duration started_{};                // steady
    std::vector<proof> proofs_;         // oldest first
    std::vector<stored_message> fresh_; // not noted yet
    std::vector<octets> failed_;        // what the last call could not send
    bool responds_ = false;
    bool is_stale_ = false;       // the saved proofs_ name some that are removed
    std::uint64_t forgotten_ = 0; // the emit that says which are removed
};

} // namespace releve::sms
