// SPDX-License-Identifier: Apache-2.0
// What the plugin talks to in its tests: a real owserver, and a scripted peer.
#pragma once

#include "tests/testdata.hpp"

#include <releve/testing/testing.hpp>
#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace onewire_testing {

/// For a real peer on a busy machine: real time that a call of the node may take.
inline releve::testing::setup with_real_peer() {
    releve::testing::setup made;
    made.watchdog = std::chrono::minutes{2};
    return made;
}

/// An owserver on its own loopback port; killed at the end.
class owserver {
public:
    explicit owserver(std::vector<std::string> options);
    ~owserver() { kill(); }
    owserver(const owserver&) = delete;
    owserver& operator=(const owserver&) = delete;
    /// Comes back when it answers.
    void start();
    void start(std::vector<std::string> other_options);
    /// As a crash.
    void kill();
    void write(const std::string& path, const std::string& value) const;
    /// The address of its first chip: those of --mock differ from start to start.
    std::string first() const;
    /// A connection to it, the caller's; -1: none.
    int connect() const;
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    std::string toml() const { return "server = \"" + address() + "\"\n"; }

private:
    std::string ask(const releve::onewire::request& what) const;

    std::vector<std::string> options_;
    std::uint16_t port_;
    pid_t process_ = -1;
};

/// What a peer does with a request.
struct act {
    std::string bytes;
    bool close = false;
    std::string endless = {};             // is sent after that, again and again, until the client closes
    std::chrono::milliseconds pause = {}; // between two of them
};

/// Answers one client at a time, as the script says; the script is asked with the request's type and path.
class peer {
public:
    using script = std::function<act(std::uint32_t type, const std::string& path)>;
    explicit peer(script what);
    ~peer();
    peer(const peer&) = delete;
    peer& operator=(const peer&) = delete;
    void now(script what);
    int connections() const;
    std::string toml() const { return "server = \"127.0.0.1:" + std::to_string(port_) + "\"\n"; }
    std::uint16_t port() const { return port_; }

private:
    void serve();
    void talk(int fd);

    mutable std::mutex mutex_;
    script script_;
    int connections_ = 0;
    std::uint16_t port_ = 0;
    int listening_ = -1, talking_ = -1;
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

} // namespace onewire_testing
