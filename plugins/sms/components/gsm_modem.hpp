// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "link/tray.hpp"
#include "modem/transport.hpp"

#include <releve/connection.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace releve::sms {

/// [connection.NAME] component = "gsm_modem": a modem that reads and sends for several nodes, one at a time.
class gsm_modem final : public connection {
public:
    static constexpr auto summary = "A GSM modem on a serial port, or behind a gammu-smsd";
    static void describe(option_list& o);
    explicit gsm_modem(context& host);
    gsm_modem(const gsm_modem&) = delete;
    gsm_modem& operator=(const gsm_modem&) = delete;
    ~gsm_modem() override;

    void stop() override;
    /// Or gammu-smsd's folder.
    const std::string& port() const noexcept { return port_; }
    /// Readable while no node has the modem.
    int free_fd() const noexcept { return free_fd_; }
    /// Readable when the modem says something, and while it is closed; the same one over a loss. To be polled by any
    /// thread: it keeps no port open, and locked, that another node has closed meanwhile.
    int modem_fd() const noexcept { return watch_; }
    /// For the link to that number.
    std::shared_ptr<link_tray> tray(const std::string& number);
    /// What is in the store as proof of what was sent, for each that has sent it: a message that is alike is
    /// another one.
    void keep(const void* sender, std::vector<stored_message> proofs);
    std::vector<stored_message> kept();

private:
    friend class modem_turn;
    bool wait(int fd, short events, std::chrono::nanoseconds limit) const;
    /// Whether the transport is open now, and with which descriptor.
    void follow() noexcept;

    std::string port_;
    int free_fd_;
    int closed_, watch_;       // an eventfd that is readable while the transport is closed; an epoll of both
    context* whose_ = nullptr; // of who has it
    std::unique_ptr<sms_transport> transport_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<link_tray>> trays_;
    std::map<const void*, std::vector<stored_message>> kept_;
};

/// Who has it may use the modem, and nobody else: a node waits for its turn when it makes one. Throws stopped.
class modem_turn {
public:
    modem_turn(gsm_modem& of, context& who);
    modem_turn(const modem_turn&) = delete;
    modem_turn& operator=(const modem_turn&) = delete;
    ~modem_turn();
    sms_transport* operator->() const noexcept { return of_.transport_.get(); }
    /// Opens it where it is not open. Throws transient_error or permanent_error, which say what a person can do.
    void open() const;

private:
    gsm_modem& of_;
};

/// What the host is to make of it: configuration will not mend itself either.
[[noreturn]] void rethrow(const modem_error& e);

} // namespace releve::sms
