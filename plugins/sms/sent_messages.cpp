// SPDX-License-Identifier: Apache-2.0
#include "sent_messages.hpp"

#include "pdu.hpp"

#include <releve/output.hpp>

#include <cstdlib>

namespace releve::sms {

bool is_number(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    return text.size() >= 3 && text.size() <= 15 && text.find_first_not_of("0123456789") == text.npos;
}

std::vector<octets> messages_to(const std::string& number, const text_message& of) {
    std::vector<octets> made;
    for (auto& part : split_text(of.text, of.reference)) {
        sms_submit message;
        message.recipient = address_of(number);
        message.report_wanted = of.report_wanted;
        message.valid_seconds = of.valid_seconds;
        message.data = std::move(part);
        made.push_back(write_pdu({{}, message}));
    }
    return made;
}

sent_messages::sent_messages(context& host, std::int64_t most)
    : host_{host}
    , limit_{most}
    , sent_{host.counter("messages_sent", "1", "Messages that the network took")} {}

void sent_messages::load() {
    limit_.restore(host_.state("spent").value_or(""));
    total_ = std::strtoll(host_.state("total").value_or("0").c_str(), nullptr, 10);
}

std::int64_t sent_messages::seconds() const { return to_ns(host_.now()) / 1'000'000'000; }

bool sent_messages::has_room(std::size_t coming) {
    return limit_.has_room(static_cast<std::int64_t>(coming), seconds());
}

std::string sent_messages::limit_reached() const {
    return "the limit of " + std::to_string(limit_.most()) + " messages in 24 hours is reached";
}

std::optional<std::string> sent_messages::send(gsm_modem& by, const std::vector<octets>& messages) const {
    const modem_turn turn{by, host_};
    turn.open();
    try {
        turn->send(messages);
    } catch (const modem_error& e) {
        if (e.is != at_trouble::permanent) rethrow(e);
        try {
            turn->give_up(messages);
        } catch (const modem_error& again) {
            host_.log(level::warning, "left_in_store", again.what());
        }
        return e.what();
    }
    return {};
}

void sent_messages::note(std::size_t count) {
    limit_.note(static_cast<std::int64_t>(count), seconds());
    total_ += static_cast<std::int64_t>(count);
    host_.set_state("spent", limit_.saved());
    host_.set_state("total", std::to_string(total_));
    output out{host_};
    out.add(sent_, total_);
    out.flush();
}

} // namespace releve::sms
