// SPDX-License-Identifier: Apache-2.0
#include "clock.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <stdexcept>
#include <system_error>

namespace releve::core {

namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
/// Descriptors of one wait, after the contract's limit, with the waiter's own.
constexpr std::size_t max_polled = 1025;

std::int64_t read_clock(clockid_t id) {
    timespec t{};
    clock_gettime(id, &t);
    return t.tv_sec * ns_per_second + t.tv_nsec;
}

/// poll(2) on the event descriptor and `fds`; sets revents. `timeout` in ns; negative: none.
void poll_all(int event_fd, std::span<releve_wait> fds, std::int64_t timeout) {
    std::array<pollfd, max_polled> all; // NOLINT(cppcoreguidelines-pro-type-member-init): only what is used is set
    const auto count = std::min(fds.size(), max_polled - 1);
    all[0] = {event_fd, POLLIN, 0};
    for (std::size_t i = 0; i < count; ++i) all[i + 1] = {fds[i].fd, fds[i].events, 0};
    const timespec limit{timeout / ns_per_second, timeout % ns_per_second};
    if (ppoll(all.data(), count + 1, timeout < 0 ? nullptr : &limit, nullptr) < 0) {
        if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
        for (auto& one : all) one.revents = 0;
    }
    for (std::size_t i = 0; i < count; ++i) fds[i].revents = all[i + 1].revents;
}

} // namespace

waiter::waiter(clock& of)
    : clock_{of}
    , event_fd_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    if (event_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    clock_.enrol(*this);
}

waiter::~waiter() {
    clock_.dismiss(*this);
    close(event_fd_);
}

void waiter::sleep(std::span<releve_wait> fds, std::int64_t deadline) { clock_.sleep(*this, fds, deadline); }
void waiter::wake() { clock_.wake(*this); }
void waiter::retire() { clock_.dismiss(*this); }
void waiter::enrol() { clock_.enrol(*this); }

void waiter::drain_event() const {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = read(event_fd_, &count, sizeof count);
}

std::int64_t real_clock::now() const { return read_clock(CLOCK_REALTIME); }
std::int64_t real_clock::steady() const { return read_clock(CLOCK_MONOTONIC); }

void real_clock::sleep(waiter& who, std::span<releve_wait> fds, std::int64_t deadline) {
    if (who.pending_.exchange(false)) return poll_all(who.event_fd_, fds, 0);
    who.sleeping_.store(true);
    if (who.pending_.exchange(false)) { // a wake between the two lines above
        who.sleeping_.store(false);
        return poll_all(who.event_fd_, fds, 0);
    }
    poll_all(who.event_fd_, fds, deadline == never ? -1 : std::max<std::int64_t>(0, deadline - steady()));
    who.sleeping_.store(false);
    if (who.pending_.exchange(false)) who.drain_event();
}

void real_clock::wake(waiter& who) {
    if (!who.pending_.exchange(true) && who.sleeping_.load()) eventfd_write(who.event_fd_, 1);
}

void virtual_clock::enrol(waiter& who) {
    const std::lock_guard lock{mutex_};
    if (std::find(all_.begin(), all_.end(), &who) == all_.end()) all_.push_back(&who);
}

void virtual_clock::dismiss(waiter& who) {
    const std::lock_guard lock{mutex_};
    std::erase(all_, &who);
    changed_.notify_all();
}

void virtual_clock::sleep(waiter& who, std::span<releve_wait> fds, std::int64_t deadline) {
    {
        const std::lock_guard lock{mutex_};
        if (who.pending_.exchange(false) || deadline <= now_.load()) return poll_all(who.event_fd_, fds, 0);
        for (auto& one : fds) one.revents = 0;
        who.deadline_ = deadline;
        who.fds_ = fds;
        who.idle_ = true;
        changed_.notify_all();
    }
    // The driver looks at fds_ while the thread sleeps: the answer goes to a copy until it is awake.
    std::vector<releve_wait> mine{fds.begin(), fds.end()};
    poll_all(who.event_fd_, mine, -1);
    const std::lock_guard lock{mutex_};
    who.idle_ = false;
    who.pending_.store(false);
    who.fds_ = {};
    std::copy(mine.begin(), mine.end(), fds.begin());
    who.drain_event();
    changed_.notify_all();
}

void virtual_clock::wake(waiter& who) {
    const std::lock_guard lock{mutex_};
    who.pending_.store(true);
    if (who.idle_) {
        who.idle_ = false;
        eventfd_write(who.event_fd_, 1);
    }
}

bool virtual_clock::any_ready() const {
    for (const auto* who : all_)
        for (const auto& one : who->fds_) {
            pollfd ready{one.fd, one.events, 0};
            if (poll(&ready, 1, 0) > 0) return true;
        }
    return false;
}

void virtual_clock::advance_to(std::int64_t time_ns) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes{2};
    std::unique_lock lock{mutex_};
    for (;;) {
        if (std::chrono::steady_clock::now() > limit)
            throw std::runtime_error("the virtual clock can't move: a node is neither waiting nor coming to rest");
        const bool all_idle = std::all_of(all_.begin(), all_.end(), [](const waiter* who) { return who->idle_; });
        if (!all_idle || any_ready()) { // a sleeper whose descriptor is ready wakes by itself
            changed_.wait_for(lock, std::chrono::milliseconds{100});
            continue;
        }
        std::int64_t next = time_ns;
        for (const auto* who : all_) next = std::min(next, who->deadline_);
        now_.store(std::max(now_.load(), next));
        bool woken = false;
        for (auto* who : all_)
            if (who->deadline_ <= now_.load()) {
                who->idle_ = false;
                who->deadline_ = never;
                eventfd_write(who->event_fd_, 1);
                woken = true;
            }
        if (!woken && now_.load() >= time_ns) return;
    }
}

} // namespace releve::core
