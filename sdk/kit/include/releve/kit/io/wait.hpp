// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/context.hpp>
#include <releve/failure.hpp>
#include <releve/time.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <utility>

namespace releve::kit {

/// How something that blocks waits and reads the time, for any caller: a node (the host's wait and clock), a
/// program (poll(2)), a test. Copied by value. To be used on the thread that owns it: in a node, the node's.
class waiter {
public:
    /// Waits until a descriptor is ready (revents are set) or `timeout`, 0 or more, is over; may come back before.
    /// Throws releve::stopped when the owner is to end.
    using wait_function = std::function<void(std::span<releve_wait> fds, duration timeout)>;
    using clock_function = std::function<duration()>;

    waiter(wait_function wait, clock_function steady)
        : wait_{std::move(wait)}
        , steady_{std::move(steady)} {}

    /// Of a node; not of a transform. The context lives longer.
    explicit waiter(context& host)
        : waiter{[&host](std::span<releve_wait> fds, duration timeout) {
                     if (host.wait(fds, timeout) == wake::stopped) throw stopped{};
                 },
                 [&host] { return host.steady(); }} {}

    /// Until one of the descriptors is ready for its events or has failed: revents are set. False: the time is over.
    /// Throws releve::stopped. `timeout` below 0 counts as 0.
    bool ready(std::span<releve_wait> fds, duration timeout) const;
    bool ready(int fd, std::int16_t events, duration timeout) const {
        releve_wait one{fd, events, 0};
        return ready(std::span<releve_wait>{&one, 1}, timeout);
    }
    /// Lets the time pass. Throws releve::stopped.
    void pause(duration time) const { ready(std::span<releve_wait>{}, time); }
    /// Only rises; for measuring how long.
    duration steady() const { return steady_(); }

private:
    wait_function wait_;
    clock_function steady_;
};

/// Of a program: poll(2) and the system's monotonic clock. releve::stopped is thrown once `stop_fd` is readable; -1:
/// never.
waiter poll_waiter(int stop_fd = -1);

} // namespace releve::kit
