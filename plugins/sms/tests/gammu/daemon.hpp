// SPDX-License-Identifier: Apache-2.0
// A gammu-smsd that a test starts, with its folders.
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <signal.h>
#include <sys/types.h>

namespace releve::sms::tests {

class gammu_daemon {
public:
    /// Everything is in `folder`. `terminal`: of a modem; empty: gammu's dummy phone, which is a folder of files.
    explicit gammu_daemon(std::filesystem::path folder, const std::string& terminal = {});
    gammu_daemon(const gammu_daemon&) = delete;
    gammu_daemon& operator=(const gammu_daemon&) = delete;
    ~gammu_daemon() { end(SIGTERM); }

    /// With the dummy phone it is ready afterwards.
    void start();
    void kill() { end(SIGKILL); }
    const std::filesystem::path& spool() const { return folder_; }
    /// To the dummy phone: a section of a .smsbackup. What has no Number is of +33601020304.
    void deliver(const std::string& section);
    /// Messages that the dummy phone holds.
    std::size_t in_phone() const;
    /// Content of the files of inbox, outbox, sent or error, by name.
    std::vector<std::string> files(const std::string& of) const;
    std::string log() const;

private:
    void end(int signal);

    std::filesystem::path folder_;
    bool dummy_;
    pid_t process_ = -1;
    int delivered_ = 0;
};

/// False: not within two minutes.
bool wait_until(const std::function<bool()>& what);

} // namespace releve::sms::tests
