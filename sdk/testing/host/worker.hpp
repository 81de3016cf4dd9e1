// SPDX-License-Identifier: Apache-2.0
// The thread that all functions of a node run on.
#pragma once
#include "fake.hpp"

#include <poll.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace releve::testing {

class worker : public std::enable_shared_from_this<worker> {
public:
    enum class doing : std::uint8_t { nothing, running, waiting };

    /// `world` must live until end() returns, or until the worker is abandoned with a share of it.
    static std::shared_ptr<worker> make(site::world& in, fake* home = nullptr);
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;
    ~worker();
    /// Ends the thread. False when it stays inside a function: then it is abandoned together with `keep`, which its
    /// functions may still need.
    bool end(std::shared_ptr<void> keep);
    /// Of this thread; nullptr: it is not a worker.
    static worker* mine();

    /// abi.h's wait, on this worker's thread.
    releve_status wait(fake& asked, releve_wait* fds, std::uint32_t count, std::int64_t timeout);
    /// Ends a wait in progress, because something changed. Under the world's mutex.
    void wake(bool time_is_over);
    /// One of the descriptors that it waits for is ready. Under the world's mutex, while it waits.
    bool is_ready();

    // -- under the world's mutex
    doing state = doing::nothing;
    fake* home = nullptr; // the node that it belongs to
    fake* of = nullptr;   // owner of the current function
    phase where = phase::none;
    std::function<releve_status()> task;
    outcome result;            // of the last function
    std::vector<pollfd> fds;   // of the wait
    std::int64_t deadline = 0; // of the wait, steady

private:
    worker(site::world& in, fake* home_of)
        : home{home_of}
        , world_{in} {}
    void loop();

    site::world& world_;
    flag_fd wake_;
    bool woken_ = false, time_is_over_ = false, quit_ = false;
    std::shared_ptr<void> keep_;
    std::thread thread_;
};

} // namespace releve::testing
