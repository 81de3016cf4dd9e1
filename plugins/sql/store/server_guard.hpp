// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/kit/io/descriptor.hpp>
#include <releve/time.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace releve::sql {

/// Ends a connection whose server does not answer in time, sends more than it was asked for, or holds up a node that is
/// to stop: the client libraries wait, or collect rows, without limit. The time is real, also in tests, like that of
/// the server.
class server_guard {
public:
    enum class end { none, no_answer, too_much, stop };

    /// `stopping`: whether the node is to stop; called by any thread.
    server_guard(duration timeout, std::function<bool()> stopping)
        : timeout_{timeout}
        , stopping_{std::move(stopping)} {}
    server_guard(const server_guard&) = delete;
    server_guard& operator=(const server_guard&) = delete;
    ~server_guard();

    /// Watches the next TCP connection that this process makes to this port, until watch() is called: for a library
    /// that asks its first question before it shows its socket.
    void expect(int port);
    /// Watches this connection from now on. The descriptor is duplicated: its owner may close it at any time. What it
    /// sends and receives is counted by the kernel, if it is TCP.
    void watch(int socket);
    /// Answers are awaited from now on, or no longer.
    void working(bool is);
    /// A request has been sent, or an answer is complete; where the kernel counts, it knows better.
    void proceeds();
    /// So many bytes of an answer, where the client library tells. False: that is too much, and the caller ends the
    /// connection.
    bool received(std::size_t bytes);
    /// Why the connection was ended.
    end why() const;

private:
    using clock = std::chrono::steady_clock;
    void start_thread();
    void run();
    void find();
    void count();
    end reason(clock::time_point now);

    const duration timeout_;
    const std::function<bool()> stopping_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    kit::descriptor socket_;
    int expected_port_ = 0;               // while a connection is made
    std::set<std::string> known_sockets_; // before it is made
    bool working_ = false, over_ = false, counted_ = false;
    end why_ = end::none;
    std::uint64_t sent_ = 0, received_ = 0; // by the kernel's count, when the last request began
    std::uint64_t answer_ = 0;              // bytes since then
    clock::time_point last_request_, stop_seen_{};
    std::thread thread_; // from the first connection on
};

/// Throws transient_error when the guard has ended the connection. `where`: which database, for people.
void throw_if_ended(const server_guard& of, const std::string& where);

} // namespace releve::sql
