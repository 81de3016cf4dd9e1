// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "components/gsm_modem.hpp"
#include "components/link_end.hpp"
#include "pdu/pdu.hpp"

#include <releve/source.hpp>

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace releve::sms {

/// Received messages, and reports on sent ones. A message leaves the modem's store only when its
/// records are acknowledged; one that is read again after a crash has the same series and time.
class gsm_sms final : public streaming_source {
public:
    static constexpr auto summary = "SMS that were received, and reports on those that were sent";
    static void describe(option_list& o);
    explicit gsm_sms(context& host);
    void start() override;
    void run(output& out) override;

private:
    struct emitted {
        std::uint64_t number = 0;
        std::vector<stored_message> messages;
    };
    struct part {
        stored_message stored;
        sms_deliver message;
    };
    using parts_key = std::tuple<std::string, std::uint16_t, std::uint8_t>; // sender, reference, total

    bool is_of_link(const stored_message& one, const sms_deliver& message, output& out);
    bool wait_for_work(duration timeout);
    void sweep(const modem_turn& turn, output& out);
    void read(const stored_message& one, output& out, std::map<parts_key, std::map<std::uint8_t, part>>& parts);
    void join(const parts_key& key, std::map<std::uint8_t, part>& parts, output& out);
    void emit(const sms_deliver& first, const std::string& text, const octets& bytes, std::vector<stored_message> of,
              quality is, output& out);
    void remember(std::vector<stored_message> of, output& out);
    void forget_acknowledged(const modem_turn& turn);
    void report(const std::string& pdu, output& out);
    bool allows(const std::string& sender) const;
    series series_of(const char* name, const char* help, bool event, const std::string& key, const std::string& value);

    context& host_;
    gsm_modem& modem_;
    std::vector<std::string> senders_;
    duration parts_timeout_, interval_;
    series used_, room_;
    metric refused_;
    std::vector<std::unique_ptr<link_end>> links_;
    std::vector<emitted> waiting_;             // for their acknowledgement
    std::map<parts_key, duration> first_seen_; // steady
    std::map<std::string, series> series_;
};

} // namespace releve::sms
