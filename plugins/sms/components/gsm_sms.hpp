// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "components/gsm_modem.hpp"
#include "components/link_end.hpp"
#include "pdu/parts.hpp"

#include <releve/source.hpp>

#include <map>
#include <memory>
#include <string>
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
    struct told {
        std::string pdu;
        bool is_said = false; // that it can't be removed
    };
    /// Parts that were found in a sweep; message_part::which is a place in `stored`.
    struct found_parts {
        std::vector<stored_message> stored;
        std::vector<message_part> parts;
    };

    bool is_of_link(const stored_message& one, const sms_deliver& message, output& out);
    bool wait_for_work(duration timeout);
    void sweep(const modem_turn& turn, output& out);
    std::vector<stored_message> all_of(const modem_turn& turn);
    bool is_handled(const stored_message& one) const;
    void read(const stored_message& one, output& out, found_parts& into);
    void join(const found_parts& all, const store_usage& usage, output& out);
    void emit(const part_set& set, const std::vector<stored_message>& stored, output& out);
    void emit(const sms_deliver& first, const read_text& text, const octets& bytes, std::vector<stored_message> of,
              quality is, output& out);
    void remember(std::vector<stored_message> of, output& out);
    void forget_acknowledged(const modem_turn& turn);
    void remove(const modem_turn& turn, const stored_message& one);
    bool is_told(const stored_message& one) const;
    void take_reports(const modem_turn& turn, output& out);
    void report(const std::string& pdu, output& out);
    void unreadable(const std::string& pdu, const std::string& why, output& out);
    bool allows(const std::string& sender) const;
    series series_of(const char* name, const char* help, bool event, const std::string& key, const std::string& value);

    context& host_;
    gsm_modem& modem_;
    std::vector<std::string> senders_;
    duration parts_timeout_, interval_;
    series used_, room_;
    metric refused_, incomplete_;
    std::vector<std::unique_ptr<link_end>> links_;
    std::vector<emitted> waiting_;               // for their acknowledgement
    std::vector<stored_message> direct_;         // that no store has
    std::uint64_t directs_ = 0;                  // how many there were
    std::map<std::string, told> told_;           // by id: acknowledged, and perhaps still in the store
    std::map<std::string, duration> first_seen_; // steady; of parts, by their octets
    std::map<std::string, series> series_;
};

} // namespace releve::sms
