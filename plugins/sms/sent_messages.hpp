// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "daily_limit.hpp"
#include "gsm_modem.hpp"
#include "octets.hpp"

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

/// What a sink has sent: a series, a limit a day, and both over restarts.
class sent_messages {
public:
    /// `most`: in 24 hours; 0: any number.
    sent_messages(context& host, std::int64_t most);
    /// At the start.
    void load();
    bool has_room(std::size_t coming);
    /// "the limit of 30 messages in 24 hours is reached"
    std::string limit_reached() const;
    /// Gives them to the modem. Nothing: the network took them; else why it refuses them for good. Throws
    /// transient_error, permanent_error.
    std::optional<std::string> send(gsm_modem& by, const std::vector<octets>& messages) const;
    /// Those are sent: an emit, with the state that was written before.
    void note(std::size_t count);

private:
    std::int64_t seconds() const;

    context& host_;
    daily_limit limit_;
    series sent_;
    std::int64_t total_ = 0;
};

} // namespace releve::sms
