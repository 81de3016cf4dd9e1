// SPDX-License-Identifier: Apache-2.0
// The addresses of a host. getaddrinfo(3) may block for a minute and can't be ended: it runs on its own threads, so
// that who asked can stop waiting at once.
#pragma once
#include <releve/kit/io/host_port.hpp>
#include <releve/kit/io/wait.hpp>

#include <sys/socket.h>

#include <memory>
#include <vector>

namespace releve::kit {

struct socket_address {
    sockaddr_storage storage{};
    socklen_t size = 0;
    const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// One look-up that is under way; giving it up is destroying it. Addresses in digits and "localhost" (RFC 6761) are
/// known at once. Look-ups of one host share a thread; there are at most max_threads, other look-ups queue for them.
/// One that is given up still occupies its thread until the system answers. For one thread.
class look_up {
public:
    static constexpr unsigned max_threads = 8;

    /// Throws std::system_error: no descriptor or no thread is left.
    explicit look_up(const host_port& of);
    look_up(look_up&&) noexcept;
    look_up& operator=(look_up&&) noexcept;
    ~look_up();

    bool done() const noexcept;
    /// To wait for with RELEVE_READABLE: readable once done. -1: it was done from the beginning.
    int fd() const noexcept;
    /// Of what is done. Not empty, in the order in which to try. Throws io_failure: "has no address: ...".
    std::vector<socket_address> addresses() const;

private:
    struct job;
    std::shared_ptr<job> job_;
    std::uint16_t port_;
};

/// Waits for it. Throws io_failure ("has no address: ...", "has a name that nobody resolves in time"), releve::stopped.
std::vector<socket_address> resolve(const host_port& of, duration timeout, const waiter& wait);

} // namespace releve::kit
