// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/kit/io/descriptor.hpp>
#include <releve/kit/io/failure.hpp>
#include <releve/kit/io/host_port.hpp>
#include <releve/kit/io/resolve.hpp>
#include <releve/kit/io/wait.hpp>

#include <optional>
#include <string>
#include <vector>

namespace releve::kit {

/// What a connection's errno means, as the end of a sentence: "refuses the connection", "can't be reached: No route to
/// host".
std::string connection_problem(int error);

/// One connection that is being made, for owners that wait for many: never blocks. The look-up and all addresses share
/// one time limit. For one thread.
class tcp_attempt {
public:
    /// `now`: of a clock that only rises.
    tcp_attempt(const host_port& to, duration timeout, duration now);

    /// Does what can be done now. True: it is connected. Throws io_failure: it can't be. To be called once the
    /// descriptor is ready, or at deadline().
    bool go_on(duration now);
    /// To wait for; it changes with go_on. Never -1 while the attempt is under way.
    int fd() const noexcept;
    std::int16_t events() const noexcept;
    duration deadline() const noexcept { return step_until_; }
    /// Of a connected attempt: non-blocking, close-on-exec, without Nagle's delay.
    descriptor take() noexcept { return std::move(socket_); }

private:
    bool try_next(duration now, int error);

    std::optional<look_up> look_up_;
    std::vector<socket_address> addresses_;
    std::size_t next_ = 0; // address to try
    descriptor socket_;
    duration until_, step_until_;
};

/// Waits for it. Non-blocking, close-on-exec, without Nagle's delay. Throws io_failure, with the end of a sentence:
/// "refuses the connection", "does not accept the connection in time", "has no address: ..."; releve::stopped.
descriptor tcp_connect(const host_port& to, duration timeout, const waiter& wait);

/// For a connection that only the peer speaks on: without it a peer that has lost its power is never noticed. Found
/// gone after idle + 3 * interval; both in whole seconds.
void keep_alive(int fd, std::chrono::seconds idle, std::chrono::seconds interval) noexcept;

} // namespace releve::kit
