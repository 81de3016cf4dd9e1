// SPDX-License-Identifier: Apache-2.0
// A GSM modem in PDU mode: its store of messages, sending, and unsolicited lines.
#pragma once
#include "modem/at_line.hpp"
#include "modem/transport.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace releve::sms {

struct modem_settings {
    std::string port;
    int speed = 115'200;
    std::string pin;                                  // empty: the SIM needs none
    std::string store = "SM";                         // SIM; "ME" the modem's own
    bool store_first = true;                          // messages are stored, then sent
    duration timeout = std::chrono::seconds{10};      // of a response
    duration send_timeout = std::chrono::seconds{60}; // until the network has taken a message
    remark say = {};
};

class modem final : public sms_transport {
public:
    modem(modem_settings settings, kit::waiter wait)
        : settings_{std::move(settings)}
        , wait_{std::move(wait)}
        , line_{port_, wait_}
        , say_{settings_.say} {}

    void open() override;
    void close() noexcept override { port_.close(); }
    bool is_open() const noexcept override { return static_cast<bool>(port_); }
    int fd() const noexcept override { return port_.fd(); }

    std::vector<stored_message> list() override;
    store_usage usage() override;
    void remove(const stored_message& message) override;
    /// No message is sent twice. They are stored first, then sent from the store, which says which ones the network has
    /// taken. Without the store (`store_first` off) nothing is kept, and a message without a response may arrive twice.
    std::vector<stored_message> send(const std::vector<octets>& messages, bool again,
                                     const std::vector<stored_message>& others) override;
    std::vector<stored_message> give_up(const std::vector<octets>& messages,
                                        const std::vector<stored_message>& others) override;

    bool listen() override;
    std::vector<std::string> take_reports() override { return std::exchange(reports_, {}); }
    std::vector<std::string> take_direct() override { return std::exchange(direct_, {}); }

private:
    at_response ask(std::string_view command, std::string_view prefix = {});
    at_response exchange(std::string_view command, std::string_view prefix, std::string_view pdu, duration timeout,
                         std::string_view if_silent);
    void require(std::string_view command);
    void check(std::string_view command, const at_response& response);
    void give_pin();
    std::vector<stored_message> send_from_store(const std::vector<std::string>& all, bool again,
                                                const std::vector<stored_message>& others);
    void choose_store();
    void choose_news();
    void note_unsolicited();
    bool note_store_of(const std::string& line);
    bool list_into(std::vector<stored_message>& all, const std::string& store);
    void list_other(std::vector<stored_message>& all, const std::string& store);
    template <class F>
    void in_store(const std::string& store, F&& what);

    modem_settings settings_;
    kit::waiter wait_;
    kit::serial_port port_;
    at_line line_;
    said_once say_;
    std::string store_; // the chosen one
    /// Others that the modem puts what it receives into, and the places that it named.
    std::map<std::string, std::set<int>> others_;
    std::vector<std::string> reports_, direct_;
    bool news_ = false, pin_tried_ = false;
};

} // namespace releve::sms
