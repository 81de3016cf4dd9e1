// SPDX-License-Identifier: Apache-2.0
// Watches, on a thread of its own and in real time, that nodes come back from the functions of their components: it
// works on while everything else stands.
#pragma once
#include "graph.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace releve::core {

/// A transform holds everything up: it is reported after so long at most (ns).
inline constexpr std::int64_t transform_timeout = 5'000'000'000;

class call_monitor {
public:
    /// `limit`: ns that a call may take before it is reported to hang.
    call_monitor(services& shared, const graph& nodes, std::int64_t limit)
        : shared_{shared}
        , graph_{nodes}
        , limit_{limit} {}
    ~call_monitor() { stop(); }
    call_monitor(const call_monitor&) = delete;
    call_monitor& operator=(const call_monitor&) = delete;
    void start();
    void stop();

private:
    void run();
    void look_at(node& one);
    void report(node& one, std::int64_t since, std::int64_t now);
    void look_at_descriptors();

    services& shared_;
    const graph& graph_;
    const std::int64_t limit_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace releve::core
