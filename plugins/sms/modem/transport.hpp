// SPDX-License-Identifier: Apache-2.0
// What the nodes need of whatever takes and sends SMS: a store of messages that came, and a way out.
#pragma once
#include "modem/at_error.hpp"
#include "pdu/octets.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace releve::sms {

/// What the modem refuses, or that it is silent or gone (transient).
struct modem_error : std::runtime_error {
    modem_error(at_trouble how, const std::string& why)
        : std::runtime_error(why)
        , is{how} {}
    at_trouble is;
};

struct stored_message {
    enum class state { unread = 0, read = 1, unsent = 2, sent = 3 };
    std::string place; // the transport's own word for it
    state is = state::unread;
    std::string pdu; // base16; what can't be read, as it was found
};

struct stored_room {
    int used = 0, total = 0; // total 0: not known
};

/// Each function throws modem_error, after which it has to be opened again unless it is still open; releve::stopped
/// passes.
class sms_transport {
public:
    sms_transport() = default;
    sms_transport(const sms_transport&) = delete;
    sms_transport& operator=(const sms_transport&) = delete;
    virtual ~sms_transport() = default;

    virtual void open() = 0;
    virtual void close() noexcept = 0;
    virtual bool is_open() const noexcept = 0;
    /// Readable when there is something to listen to; -1 while it is closed.
    virtual int fd() const noexcept = 0;

    virtual std::vector<stored_message> list() = 0;
    virtual stored_room room() = 0;
    /// Forgets the message, one that came or one that was sent, if it is still the one at that place.
    virtual void remove(const stored_message& message) = 0;
    /// Sends them all, in order, and gives what it keeps of them as proof, until each is removed: after a kill, the
    /// same ones are found there. `again`: an earlier call with them failed, or may have been made by a program that
    /// was killed; those that are there as sent do not go again. `others`: proof of what else was sent, which may be
    /// alike.
    virtual std::vector<stored_message> send(const std::vector<octets>& messages, bool again,
                                             const std::vector<stored_message>& others) = 0;
    /// They are not to be sent any more. What it keeps of those that were sent, as of send.
    virtual std::vector<stored_message> give_up(const std::vector<octets>& messages,
                                                const std::vector<stored_message>& others) = 0;

    /// When fd() is readable and nothing was asked. True: a message has come, or may have.
    virtual bool listen() = 0;
    /// Status reports that came without a place in the store, in base16.
    virtual std::vector<std::string> take_reports() = 0;
};

} // namespace releve::sms
