// SPDX-License-Identifier: Apache-2.0
#include "worker.hpp"

#include "world.hpp"

#include <algorithm>
#include <utility>

namespace releve::testing {

namespace {
thread_local worker* this_worker = nullptr;

/// Keeps what abandoned threads may still need until the process ends.
void keep_for_ever(std::shared_ptr<void> what) {
    static std::mutex mutex;
    static auto* const kept = new std::vector<std::shared_ptr<void>>;
    const std::lock_guard lock{mutex};
    kept->push_back(std::move(what));
}
} // namespace

worker* worker::mine() { return this_worker; }

std::shared_ptr<worker> worker::make(site::world& in, fake* home) {
    std::shared_ptr<worker> made{new worker{in, home}};
    made->thread_ = std::thread{[at = made.get()] { at->loop(); }};
    return made;
}

worker::~worker() { end(nullptr); }

bool worker::end(std::shared_ptr<void> keep) {
    if (!thread_.joinable()) return true;
    {
        std::unique_lock lock{world_.mutex};
        quit_ = true;
        wake(false);
        world_.note_change();
        const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds{1};
        if (!world_.changed.wait_until(lock, soon, [&] { return state == doing::nothing && !task; })) {
            thread_.detach();
            keep_for_ever(shared_from_this());
            keep_for_ever(std::move(keep));
            return false;
        }
    }
    thread_.join();
    return true;
}

void worker::loop() {
    this_worker = this;
    std::unique_lock lock{world_.mutex};
    for (;;) {
        world_.changed.wait(lock, [&] { return task || quit_; });
        if (!task) return;
        const auto f = std::exchange(task, {});
        auto& node = *of;
        lock.unlock();
        releve_status status = RELEVE_OK;
        {
            const entry inside{node, where};
            status = f();
        }
        lock.lock();
        result = node.finish(where, status);
        state = doing::nothing;
        if (where == phase::run) node.run_ended = result;
        world_.note_change();
    }
}

void worker::wake(bool time_is_over) {
    if (state != doing::waiting) return;
    state = doing::running;
    (time_is_over ? time_is_over_ : woken_) = true;
    wake_.set();
    world_.note_change();
}

bool worker::is_ready() { return !fds.empty() && ::poll(fds.data(), fds.size(), 0) > 0; }

releve_status worker::wait(fake& asked, releve_wait* asked_fds, std::uint32_t count, std::int64_t timeout) {
    std::vector<pollfd> all;
    all.reserve(count + 1u);
    for (std::uint32_t i = 0; i < count; ++i) all.push_back({asked_fds[i].fd, asked_fds[i].events, 0});
    const auto ready = [&](int milliseconds, std::size_t of_them) {
        for (auto& one : all) one.revents = 0;
        const int n = ::poll(all.data(), of_them, milliseconds);
        bool any = false;
        for (std::uint32_t i = 0; i < count; ++i) {
            asked_fds[i].revents = n > 0 ? all[i].revents : std::int16_t{0};
            any = any || asked_fds[i].revents != 0;
        }
        return any;
    };
    const auto ended = [&] { return asked.stopping || of->stopping; };
    const auto acknowledged = [&] {
        return std::exchange(asked.acknowledgement, false) || std::exchange(of->acknowledgement, false);
    };

    const bool at_once = ready(0, count);
    std::unique_lock lock{world_.mutex};
    if (ended()) return RELEVE_STOPPED;
    if (at_once) {
        ++world_.wakes;
        world_.in_transit = true;
        world_.note_change();
        return RELEVE_OK;
    }
    if (acknowledged()) return RELEVE_OK;
    if (timeout == 0) return RELEVE_TIMEOUT;

    fds = all;
    deadline = timeout < 0 || timeout > never - world_.steady ? never : world_.steady + timeout;
    state = doing::waiting;
    woken_ = time_is_over_ = false;
    wake_.clear();
    world_.note_change();
    all.push_back({wake_.fd(), POLLIN, 0});
    for (;;) {
        lock.unlock();
        bool any = false;
        if (world_.settings.peers) { // the driver wakes this thread: peers work while no node reads what they write
            pollfd woken{wake_.fd(), POLLIN, 0};
            ::poll(&woken, 1, -1);
            any = ready(0, count);
        } else {
            any = ready(-1, all.size());
        }
        lock.lock();
        const bool resumed = woken_ || time_is_over_;
        if (!any && !resumed) continue; // a signal
        if (state == doing::waiting) {
            state = doing::running;
            world_.note_change();
        }
        if (ended()) return RELEVE_STOPPED;
        if (any) {
            ++world_.wakes;
            world_.in_transit = true;
            return RELEVE_OK;
        }
        if (acknowledged()) return RELEVE_OK;
        if (time_is_over_) return RELEVE_TIMEOUT;
        if (quit_) return RELEVE_STOPPED;
        state = doing::waiting; // woken, but not for this wait
        woken_ = false;
        wake_.clear();
        world_.note_change();
    }
}

} // namespace releve::testing
