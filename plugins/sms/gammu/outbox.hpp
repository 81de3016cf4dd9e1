// SPDX-License-Identifier: Apache-2.0
// Messages that go out by gammu-smsd: a file in outbox, which it moves to sent or to error.
#pragma once
#include "gammu/folder_watch.hpp"
#include "modem/patience.hpp"
#include "modem/transport.hpp"
#include "pdu/octets.hpp"

namespace releve::sms {

/// gammu-smsd tries each message once a call, and its file in sent says what became of it, also after a kill of either
/// program: gammu-smsd 1.42 notes the network's reference in it.
class gammu_outbox {
public:
    /// `limit`: until gammu-smsd has sent a message.
    gammu_outbox(std::filesystem::path folder, nanoseconds limit, const patience& how)
        : folder_{std::move(folder)}
        , limit_{limit}
        , how_{how} {}

    void open();
    void close() noexcept { watch_.close(); }
    /// Each once the one before is in sent, where they stay. As sms_transport has it; a place is the file's name.
    std::vector<stored_message> send(const std::vector<octets>& messages, bool again,
                                     const std::vector<stored_message>& others);
    std::vector<stored_message> give_up(const std::vector<octets>& messages, const std::vector<stored_message>& others);
    void remove(const stored_message& sent);

private:
    enum class stage { nowhere, outbox, sent, unsent };
    std::filesystem::path in(const char* folder, const std::string& name) const { return folder_ / folder / name; }
    stage stage_of(const std::string& name) const;
    void send_one(const std::string& name, const std::string& content);
    void watch(const std::filesystem::path& file);
    bool is_read();
    void place(const std::string& name, const std::string& content);
    void withdraw(const std::string& name) const;
    void forget(const std::string& name) const;

    std::filesystem::path folder_;
    nanoseconds limit_;
    const patience& how_;
    folder_watch watch_;
    int file_ = -1;                        // in watch_: the one that is to be sent
    bool is_begun_ = false, read_ = false; // by gammu-smsd
};

} // namespace releve::sms
