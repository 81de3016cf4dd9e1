// SPDX-License-Identifier: Apache-2.0
#include "tests/gammu/daemon.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace releve::sms::tests {

namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<fs::path> sorted(const fs::path& folder) {
    std::vector<fs::path> all;
    std::error_code none;
    for (const auto& one : fs::directory_iterator{folder, none})
        if (!one.path().filename().string().starts_with('.')) all.push_back(one.path());
    std::sort(all.begin(), all.end());
    return all;
}

} // namespace

bool wait_until(const std::function<bool()>& what) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes{2};
    while (!what()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return true;
}

gammu_daemon::gammu_daemon(fs::path folder, const std::string& terminal)
    : folder_{std::move(folder)}
    , dummy_{terminal.empty()} {
    for (const auto* one : {"phone", "inbox", "outbox", "sent", "error"}) fs::create_directories(folder_ / one);
    const auto at = folder_.string() + '/';
    std::ofstream{folder_ / "smsdrc"}
        << "[gammu]\ngammuloc = /dev/null\n"
        << (dummy_ ? "model = dummy\nconnection = none\nport = " + at + "phone\n"
                   : "connection = at\nport = " + terminal + '\n')
        << "[smsd]\nservice = files\nlogfile = " << at << "smsd.log\ndebuglevel = 1\n"
        << "CommTimeout = 1\nReceiveFrequency = 1\nLoopSleep = 1\nSendTimeout = 2\nResetFrequency = 0\n"
        << "MultipartTimeout = 3\nCheckSecurity = 0\nCheckBattery = 0\nCheckSignal = 0\nCheckNetwork = 0\n"
        << "DeliveryReport = no\nInboxFormat = detail\ninboxpath = " << at << "inbox/\noutboxpath = " << at
        << "outbox/\nsentsmspath = " << at << "sent/\nerrorsmspath = " << at << "error/\n";
}

void gammu_daemon::start() {
    const auto rc = (folder_ / "smsdrc").string();
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int nowhere = ::open("/dev/null", O_RDWR);
        for (const int fd : {0, 1, 2}) ::dup2(nowhere, fd);
        ::setenv("TZ", "UTC", 1);
        ::execlp("gammu-smsd", "gammu-smsd", "-c", rc.c_str(), nullptr);
        ::_exit(127);
    }
    if (!wait_until([&] { return dummy_ ? fs::exists(folder_ / "phone/sms/1") : fs::exists(folder_ / "smsd.log"); }))
        throw std::runtime_error("gammu-smsd does not start: is it installed?\n" + log());
}

/// Asked to end, it also gives back its shared memory, which a kill leaves.
void gammu_daemon::end(int signal) {
    if (process_ <= 0) return;
    ::kill(process_, signal);
    if (!wait_until([&] { return ::waitpid(process_, nullptr, WNOHANG) != 0; })) {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    process_ = -1;
}

void gammu_daemon::deliver(const std::string& section) {
    const auto made = folder_ / "message";
    std::ofstream{made} << "[SMSBackup000]\nPDU = Deliver\nDateTime = 20260101T120000Z\nState = UnRead\nFolder = 1\n"
                        << (section.find("Number") == section.npos
                                ? "Number = \"+33601020304\"\nNumberUnicode = "
                                  "002B00330033003600300031003000320030003300300034\n"
                                : "")
                        << "Class = -1\n"
                        << section << '\n';
    fs::rename(made, folder_ / "phone/sms/1" / std::to_string(++delivered_));
}

std::size_t gammu_daemon::in_phone() const { return sorted(folder_ / "phone/sms/1").size(); }

std::vector<std::string> gammu_daemon::files(const std::string& of) const {
    std::vector<std::string> all;
    for (const auto& one : sorted(folder_ / of)) all.push_back(content(one));
    return all;
}

std::string gammu_daemon::log() const { return content(folder_ / "smsd.log"); }

} // namespace releve::sms::tests
