// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "components/gsm_modem.hpp"
#include "pdu/octets.hpp"
#include "people/daily_limit.hpp"

#include <releve/context.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace releve::sms {

/// "+33612345678", or digits alone.
bool is_number(std::string_view text);

struct text_message {
    std::string text;
    std::uint16_t reference = 0; // of its parts, where it has several: the same when it is tried again
    std::int64_t valid_seconds = 0;
    bool report_wanted = false;
};

/// Messages to one number, ready for the modem.
std::vector<octets> messages_to(const std::string& number, const text_message& of);

/// What a sink has sent: a series, a limit a day, and both over restarts; and the proof of it, which the modem's store
/// keeps until the host has committed that it is done with. A host that is killed before gets the same records again,
/// and finds their messages there as sent.
class sent_messages {
public:
    /// `most`: in 24 hours; 0: any number.
    sent_messages(context& host, gsm_modem& by, std::int64_t most);
    sent_messages(const sent_messages&) = delete;
    sent_messages& operator=(const sent_messages&) = delete;
    ~sent_messages() { modem_.keep(this, {}); }
    /// At the start.
    void load();
    bool has_room(std::size_t coming);
    /// "the limit of 30 messages in 24 hours is reached"
    std::string limit_reached() const;
    /// Gives them to the modem. Nothing: the network took them; else why it refuses them for good, and went() may be
    /// above 0. Throws transient_error, permanent_error. note() has to follow where any went, with state that says that
    /// they did.
    std::optional<std::string> send(const std::vector<octets>& messages);
    /// How many of them are in the store as sent.
    std::size_t went() const { return fresh_.size(); }
    /// Those are sent: an emit, with the state that was written before.
    void note(std::size_t count);
    /// Waits a moment for the host's commit, then removes what is done with. After the last of a group; what does not
    /// succeed is done before the next one is sent.
    void settle();
    /// Until the host has committed that emit, for a moment at most: whether it has.
    bool wait_for(std::uint64_t emit) const;

private:
    struct proof {
        std::uint64_t number = 0; // of the emit that says that it was sent
        stored_message message;
    };
    std::int64_t seconds() const;
    void keep_proofs() const;
    void save_proofs();
    void forget_acknowledged(const modem_turn& turn);
    void remove_oldest(const modem_turn& turn);
    bool is_tight(const modem_turn& turn, std::size_t coming) const;
    void make_room(std::size_t coming);

    context& host_;
    gsm_modem& modem_;
    daily_limit limit_;
    series sent_;
    std::int64_t total_ = 0;
    duration started_{};                // steady
    std::vector<proof> proofs_;         // oldest first
    std::vector<stored_message> fresh_; // not yet noted
    std::vector<octets> failed_;        // what the last call could not send
    bool is_stale_ = false;             // what is saved of proofs_ names some that are removed
    std::uint64_t forgotten_ = 0;       // the emit that says which ones are removed
};

} // namespace releve::sms
