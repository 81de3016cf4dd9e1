// SPDX-License-Identifier: Apache-2.0
// Signals and systemd.
#pragma once
#include <chrono>
#include <string>

namespace releve::core {

/// SIGINT, SIGTERM and SIGHUP as a descriptor. To be made before any thread; SIGPIPE is ignored from then on.
class signals {
public:
    signals();
    ~signals();
    signals(const signals&) = delete;
    signals& operator=(const signals&) = delete;
    int fd() const { return fd_; }
    /// The signal that made fd() readable; 0: there is none.
    int take();

private:
    int fd_ = -1;
};

/// Plugins may have a connection to each of their devices: the soft limit of descriptors goes up to what the unit has,
/// as far as the hard one allows.
void raise_descriptor_limit();

/// sd_notify(3): does nothing when systemd did not start the program.
void notify_ready(const std::string& status);
void notify_stopping();
void notify_reloading();
void notify_alive();
/// How often notify_alive() must be called; zero: systemd requires no watchdog.
std::chrono::nanoseconds watchdog_period();

} // namespace releve::core
