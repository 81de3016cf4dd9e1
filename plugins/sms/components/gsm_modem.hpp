// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "link/tray.hpp"
#include "modem/transport.hpp"

#include <releve/connection.hpp>
#include <releve/kit/io/bell.hpp>
#include <releve/kit/io/turn.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace releve::sms {

/// [connection.NAME] component = "gsm_modem": a modem that receives and sends for several nodes, one at a time.
class gsm_modem final : public connection {
public:
    static constexpr auto summary = "A GSM modem on a serial port, or behind a gammu-smsd";
    static void describe(option_list& o);
    explicit gsm_modem(context& host);
    gsm_modem(const gsm_modem&) = delete;
    gsm_modem& operator=(const gsm_modem&) = delete;

    void stop() override;
    /// Or gammu-smsd's folder.
    const std::string& port() const noexcept { return port_; }
    /// Readable when the modem sends something, and while it is closed; the same descriptor before and after a loss.
    /// Any thread may poll it: it keeps no port open, and locked, that another node has closed meanwhile.
    int modem_fd() const noexcept { return watch_.get(); }
    /// For the link to that number.
    std::shared_ptr<link_tray> tray(const std::string& number);
    /// What is in the store as proof of sent messages, by their sender: an equal message of another sender is another
    /// message.
    void keep(const void* sender, std::vector<stored_message> proofs);
    std::vector<stored_message> kept();

private:
    friend class modem_turn;
    kit::waiter holder_waiter();
    /// Whether the transport is open now, and with which descriptor.
    void update_watch() noexcept;

    context& host_;
    std::string port_;
    kit::turn turn_;
    kit::bell closed_;          // rings while the transport is closed
    kit::descriptor watch_;     // an epoll of closed_ and the transport
    context* holder_ = nullptr; // the node that has the turn
    std::unique_ptr<sms_transport> transport_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<link_tray>> trays_;
    std::map<const void*, std::vector<stored_message>> kept_;
};

/// Only the node that has it may use the modem. Making one waits for the turn. Throws stopped; transient_error
/// when others have the modem for longer than 10 minutes.
class modem_turn {
public:
    modem_turn(gsm_modem& of, context& node);
    modem_turn(const modem_turn&) = delete;
    modem_turn& operator=(const modem_turn&) = delete;
    ~modem_turn() { of_.update_watch(); }
    sms_transport* operator->() const noexcept { return of_.transport_.get(); }
    /// Opens the transport unless it is open. Throws transient_error or permanent_error, with advice.
    void open() const;

private:
    gsm_modem& of_;
    kit::held_turn held_;
};

/// As the host knows errors: a wrong configuration is permanent too.
[[noreturn]] void rethrow(const modem_error& e);

} // namespace releve::sms
