// SPDX-License-Identifier: Apache-2.0
// A GSM modem in PDU mode: its store of messages, sending, and what it says unasked.
#pragma once
#include "at_error.hpp"
#include "at_line.hpp"
#include "octets.hpp"

#include <optional>
#include <stdexcept>
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

/// What the modem refuses, or that it is silent or gone (transient).
struct modem_error : std::runtime_error {
    modem_error(at_trouble how, const std::string& why)
        : std::runtime_error(why)
        , is{how} {}
    at_trouble is;
};

struct stored_message {
    enum class state { unread = 0, read = 1, unsent = 2, sent = 3 };
    int place = 0;
    state is = state::unread;
    std::string pdu; // base16, as the modem wrote it
};

struct stored_room {
    int used = 0, total = 0;
};

/// Each function throws modem_error, after which the modem has to be opened again unless it is still open;
/// releve::stopped passes.
class modem {
public:
    modem(modem_settings settings, patience how)
        : settings_{std::move(settings)}
        , how_{std::move(how)}
        , port_{settings_.port}
        , line_{port_, how_} {}

    void open();
    void close() noexcept { port_.close(); }
    bool is_open() const noexcept { return port_.is_open(); }
    int fd() const noexcept { return port_.fd(); }

    std::vector<stored_message> list();
    stored_room room();
    /// Forgets the message, if it is still the one at that place.
    void remove(const stored_message& message);
    /// Sends them all, in order, none twice: also when it is called again with the same ones after it failed, or after
    /// the program was killed. They are stored first, then sent from the store, then removed: the store says which ones
    /// the network has taken. Without a store of its own (`store_first` off), a message without an answer may come
    /// twice.
    void send(const std::vector<octets>& messages);
    /// A permanent refusal of one of them: those that are stored go.
    void give_up(const std::vector<octets>& messages);

    /// When the port has something to say and nothing was asked. True: a message has come, or may have.
    bool listen();
    /// Status reports that came without a place in the store, in base16.
    std::vector<std::string> take_reports() { return std::exchange(reports_, {}); }

private:
    at_answer ask(std::string_view command, std::string_view prefix = {});
    at_answer exchange(std::string_view command, std::string_view prefix, std::string_view pdu, nanoseconds limit,
                       std::string_view if_silent);
    void need(std::string_view command);
    void check(std::string_view command, const at_answer& answer);
    void give_pin();
    void send_from_store(const std::vector<std::string>& all);
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
