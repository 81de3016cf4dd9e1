// SPDX-License-Identifier: Apache-2.0
// What the nodes need from anything that receives and sends SMS: a store of received messages, and sending.
#pragma once
#include "modem/at_error.hpp"
#include "pdu/octets.hpp"

#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace releve::sms {

/// The modem refuses something; or it is silent or gone (transient).
struct modem_error : std::runtime_error {
    modem_error(at_trouble what, const std::string& why)
        : std::runtime_error(why)
        , is{what} {}
    at_trouble is;
};

struct stored_message {
    enum class state { unread = 0, read = 1, unsent = 2, sent = 3 };
    std::string id; // the transport's own: an index of the modem's store, a file's name
    state is = state::unread;
    std::string pdu; // base16; unreadable content unchanged
};

struct store_usage {
    int used = 0, total = 0; // total 0: not known
};

/// What a transport has to say to whoever runs the site, besides errors: a short stable word, and a sentence.
using remark = std::function<void(const char* event, const std::string& text)>;

/// Says each sentence once.
class said_once {
public:
    explicit said_once(remark say)
        : say_{std::move(say)} {}
    void operator()(const char* event, const std::string& text) {
        if (said_.size() < max_said && said_.insert(text).second && say_) say_(event, text);
    }

private:
    static constexpr std::size_t max_said = 200;
    remark say_;
    std::set<std::string> said_;
};

/// After a modem_error the transport has to be opened again, unless it is still open; releve::stopped passes through.
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
    virtual store_usage usage() = 0;
    /// Removes a message that was received or sent, if it is still the one with that id.
    virtual void remove(const stored_message& message) = 0;
    /// Sends them all, in order, and returns what it keeps as proof of them, until each is removed: after a kill, the
    /// same proof is found there. `again`: an earlier call with them failed, or a program that was killed may have made
    /// it; those that are there as sent are not sent again. `others`: proof of other messages that were sent, whose
    /// text may be equal.
    virtual std::vector<stored_message> send(const std::vector<octets>& messages, bool again,
                                             const std::vector<stored_message>& others) = 0;
    /// They are not to be sent any more. Returns the proof of those that were sent, as send does.
    virtual std::vector<stored_message> give_up(const std::vector<octets>& messages,
                                                const std::vector<stored_message>& others) = 0;

    /// When fd() is readable and no command is in progress. True: a message has arrived, or may have.
    virtual bool listen() = 0;
    /// Status reports that arrived without being stored, in base16.
    virtual std::vector<std::string> take_reports() = 0;
    /// Messages that arrived without being stored, in base16: of class 0, which a phone only shows.
    virtual std::vector<std::string> take_direct() = 0;
};

} // namespace releve::sms
