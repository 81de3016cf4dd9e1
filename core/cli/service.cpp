// SPDX-License-Identifier: Apache-2.0
#include "service.hpp"

#include <releve/kit/text/number.hpp>

#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>

namespace releve::core {

namespace {

/// sd_notify(3), "Notes": one datagram to the socket that $NOTIFY_SOCKET names. Nothing is awaited, and failures are
/// ignored.
void notify(std::string_view message) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    sockaddr_un to{};
    if (path == nullptr || (path[0] != '/' && path[0] != '@')) return;
    const auto size = std::strlen(path);
    if (size < 2 || size >= sizeof to.sun_path) return;
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, path, size);
    if (path[0] == '@') to.sun_path[0] = '\0'; // in the abstract namespace
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    const timeval timeout{5, 0}; // a full queue: systemd itself hangs
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    sendto(fd, message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to),
           static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size));
    close(fd);
}

std::optional<std::int64_t> number_in(const char* variable) {
    const char* text = std::getenv(variable);
    return text != nullptr ? kit::integer_in<std::int64_t>(text) : std::nullopt;
}

} // namespace

signals::signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int one : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, one);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN); // when the reader of stdout closes, a write fails; the program continues
    fd_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
}

signals::~signals() { close(fd_); }

int signals::take() {
    signalfd_siginfo info{};
    return read(fd_, &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
}

void raise_descriptor_limit() {
    constexpr rlim_t wanted = 16'384; // LimitNOFILE of the unit
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
    limit.rlim_cur = std::min(limit.rlim_max, wanted);
    setrlimit(RLIMIT_NOFILE, &limit);
}

void notify_ready(const std::string& status) { notify("READY=1\nSTATUS=" + status); }
void notify_reloading() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch(); // CLOCK_MONOTONIC
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
    notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(us));
}
void notify_stopping() { notify("STOPPING=1"); }
void notify_alive() { notify("WATCHDOG=1"); }

std::chrono::nanoseconds watchdog_period() {
    if (number_in("WATCHDOG_PID").value_or(getpid()) != getpid()) return {}; // meant for another process
    return std::chrono::microseconds{std::max<std::int64_t>(number_in("WATCHDOG_USEC").value_or(0), 0)} / 2;
}

} // namespace releve::core
