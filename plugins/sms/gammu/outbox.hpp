// SPDX-License-Identifier: Apache-2.0
// Messages that gammu-smsd sends: a file in outbox, which it moves to sent or to error.
#pragma once
#include "gammu/folder_watch.hpp"
#include "modem/transport.hpp"

#include <releve/kit/io/folder.hpp>
#include <releve/kit/io/wait.hpp>

namespace releve::sms {

/// Each call lets gammu-smsd try each message once. The message's file in sent shows its outcome, also after either
/// program was killed: gammu-smsd 1.42 writes the network's reference into it.
class gammu_outbox {
public:
    /// `timeout`: until gammu-smsd has sent a message.
    gammu_outbox(std::filesystem::path folder, duration timeout, const kit::waiter& wait)
        : folder_{std::move(folder)}
        , timeout_{timeout}
        , wait_{wait} {}

    /// `spool`: the folder that outbox, sent and error are in.
    void open(const kit::folder& spool);
    void close() noexcept;
    /// As sms_transport::send; an id is the file's name. The next one is sent when the previous one is in sent, where
    /// they stay.
    std::vector<stored_message> send(const std::vector<octets>& messages, bool again,
                                     const std::vector<stored_message>& others);
    std::vector<stored_message> give_up(const std::vector<octets>& messages, const std::vector<stored_message>& others);
    void remove(const stored_message& sent);

private:
    enum class stage { nowhere, outbox, sent, unsent };
    stage stage_of(const std::string& name) const;
    void send_one(const std::string& name, const std::string& content);
    void watch(const std::string& name);
    bool is_read();
    void submit(const std::string& name, const std::string& content);
    void withdraw(const std::string& name) const;
    void forget(const std::string& name) const;

    std::filesystem::path folder_;
    kit::folder outbox_, sent_, error_;
    duration timeout_;
    const kit::waiter& wait_;
    folder_watch watch_;
    int file_ = -1;                        // in watch_: the file being sent
    bool is_begun_ = false, read_ = false; // gammu-smsd's reading of it
};

} // namespace releve::sms
