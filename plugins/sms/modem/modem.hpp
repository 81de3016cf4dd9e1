// SPDX-License-Identifier: Apache-2.0
// A GSM modem in PDU mode: its store of messages, sending, and what it says unasked.
#pragma once
#include "modem/at_line.hpp"
#include "modem/transport.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace releve::sms {

struct modem_settings {
    std::string port;
    int speed = 115'200;
    std::string pin;                                   // empty: none is given
    std::string store = "SM";                          // SIM; "ME" the modem's own
    bool store_first = true;                           // what is sent is stored before
    nanoseconds limit = std::chrono::seconds{10};      // of an answer
    nanoseconds send_limit = std::chrono::seconds{60}; // until the network has taken a message
};

class modem final : public sms_transport {
public:
    modem(modem_settings settings, patience how)
        : settings_{std::move(settings)}
        , how_{std::move(how)}
        , port_{settings_.port}
        , line_{port_, how_} {}

    void open() override;
    void close() noexcept override { port_.close(); }
    bool is_open() const noexcept override { return port_.is_open(); }
    int fd() const noexcept override { return port_.fd(); }

    std::vector<stored_message> list() override;
    stored_room room() override;
    void remove(const stored_message& message) override;
    /// None goes twice. They are stored first, then sent from the store, which says which ones the network has taken.
    /// Without the store (`store_first` off) nothing is kept, and a message without an answer may come twice.
    std::vector<stored_message> send(const std::vector<octets>& messages, bool again,
                                     const std::vector<stored_message>& others) override;
    std::vector<stored_message> give_up(const std::vector<octets>& messages,
                                        const std::vector<stored_message>& others) override;

    bool listen() override;
    std::vector<std::string> take_reports() override { return std::exchange(reports_, {}); }

private:
    at_answer ask(std::string_view command, std::string_view prefix = {});
    at_answer exchange(std::string_view command, std::string_view prefix, std::string_view pdu, nanoseconds limit,
                       std::string_view if_silent);
    void need(std::string_view command);
    void check(std::string_view command, const at_answer& answer);
    void give_pin();
    std::vector<stored_message> send_from_store(const std::vector<std::string>& all, bool again,
                                                const std::vector<stored_message>& others);
    void note_unasked();

    modem_settings settings_;
    patience how_;
    serial_port port_;
    at_line line_;
    std::vector<std::string> reports_;
    bool news_ = false, pin_given_ = false;
};

std::string base16_of(const octets& bytes);
/// Nothing when it is none.
std::optional<octets> octets_of(std::string_view base16);

} // namespace releve::sms
