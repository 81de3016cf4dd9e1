// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gammu/inbox.hpp"
#include "gammu/outbox.hpp"

namespace releve::sms {

struct gammu_settings {
    std::filesystem::path folder;                     // with inbox, outbox, sent and error
    duration send_timeout = std::chrono::seconds{60}; // until gammu-smsd has sent a message
    local_to_utc to_utc;
    remark say = {};
};

/// gammu-smsd's folders as a transport (`service = files`).
class gammu_spool final : public sms_transport {
public:
    gammu_spool(const gammu_settings& settings, kit::waiter wait)
        : folder_{settings.folder}
        , wait_{std::move(wait)}
        , inbox_{folder_ / "inbox", settings.to_utc, wait_, settings.say}
        , outbox_{folder_, settings.send_timeout, wait_} {}

    void open() override;
    void close() noexcept override;
    bool is_open() const noexcept override { return inbox_.is_open(); }
    int fd() const noexcept override { return inbox_.fd(); }

    std::vector<stored_message> list() override { return inbox_.list(); }
    store_usage usage() override { return {inbox_.files(), 0}; }
    void remove(const stored_message& message) override;
    std::vector<stored_message> send(const std::vector<octets>& messages, bool again,
                                     const std::vector<stored_message>& others) override;
    std::vector<stored_message> give_up(const std::vector<octets>& messages,
                                        const std::vector<stored_message>& others) override {
        return outbox_.give_up(messages, others);
    }

    bool listen() override;
    std::vector<std::string> take_reports() override { return {}; } // they are in the inbox
    std::vector<std::string> take_direct() override { return {}; }  // and these

private:
    std::filesystem::path folder_;
    kit::waiter wait_;
    kit::folder at_; // locked
    gammu_inbox inbox_;
    gammu_outbox outbox_;
};

} // namespace releve::sms
