// SPDX-License-Identifier: Apache-2.0
#include "world.hpp"

#include <linux/sockios.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

namespace releve::testing {

namespace {

using real_clock = std::chrono::steady_clock;
constexpr std::int64_t transit_time = 10'000'000;  // ns: bytes written to a pseudo-terminal take a moment to arrive
constexpr std::int64_t peer_time = 60'000'000'000; // ns: a real peer's answer
constexpr std::size_t sure_room = 512;             // bytes: a pipe or terminal with room accepts them without blocking
constexpr std::chrono::seconds max_until_read{1};  // after feed: perhaps nobody reads at all

/// Whether the reader of a descriptor's other end can read bytes as soon as write(2) has returned: of a pipe and of a
/// socket, not of a pseudo-terminal, whose bytes pass through a kernel queue.
bool arrives_at_once(int fd) {
    struct stat about {};
    return ::fstat(fd, &about) == 0 && (S_ISSOCK(about.st_mode) || S_ISFIFO(about.st_mode));
}

/// Waits until the peer's side has the bytes sent over TCP, or never will; other sockets deliver at once.
void wait_until_received(int fd, real_clock::time_point limit) {
    int unreceived = 0, domain = 0;
    socklen_t size = sizeof domain;
    if (::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || domain == AF_UNIX) return;
    while (::ioctl(fd, SIOCOUTQ, &unreceived) == 0 && unreceived > 0 && real_clock::now() < limit) {
        pollfd broken{fd, POLLRDHUP, 0};
        if (::poll(&broken, 1, 0) > 0) return;
        ::sched_yield();
    }
}

} // namespace

site::world::world(testing::plugin of, setup with)
    : of_plugin{std::move(of)}
    , settings{std::move(with)}
    , offset{to_ns(settings.start)}
    , common_worker{worker::make(*this)} {
    static const auto ignored [[maybe_unused]] = std::signal(SIGPIPE, SIG_IGN); // as in the host
}

site::world::~world() {
    close();
    common_worker->end(nullptr);
}

std::string site::world::doing(const worker& on) const {
    return "node '" + on.of->name + "' (" + on.of->component_name + ")";
}

void site::world::give_up(const worker& on) const {
    const auto limit =
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(settings.watchdog).count()) + " s";
    const std::string function{name_of(on.where)};
    if (on.state == worker::doing::waiting)
        throw stuck(doing(on) + " waits in " + function + " without a time limit, and nothing came within " + limit);
    throw stuck(doing(on) + " has been inside " + function + " for " + limit + " and neither returned nor waited");
}

void site::world::begin(worker& on, fake& of, phase p, std::function<releve_status()> f) {
    const std::lock_guard lock{mutex};
    if (on.state != worker::doing::nothing || on.task)
        throw std::logic_error(doing(on) + " is still inside " + std::string{name_of(on.where)} + ": " +
                               std::string{name_of(p)} + " can't be called now");
    on.of = &of;
    on.where = p;
    on.state = worker::doing::running;
    on.task = std::move(f);
    of.failure.reset();
    of.refused_options.clear();
    in_transit = true;
    at_once = false;
    note_change();
}

outcome site::world::call(worker& on, fake& of, phase p, const std::function<releve_status()>& f) {
    begin(on, of, p, f);
    std::unique_lock lock{mutex};
    const auto returned = [&] { return on.state == worker::doing::nothing; };
    for (;;) {
        quiet(lock, returned);
        if (returned()) return on.result;
        if (step(lock, never)) continue;
        const auto seen = progress; // it waits without limit, for a peer that may need a while
        if (!changed.wait_for(lock, settings.watchdog, [&] { return progress != seen; })) give_up(on);
    }
}

void site::world::quiet(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done) {
    const auto all = [&] {
        auto every = workers;
        every.push_back(common_worker);
        return every;
    };
    for (;;) {
        if (done && done()) return;
        const auto seen = progress;
        const auto moved = [&] { return progress != seen; };

        const auto every = all();
        const auto busy = std::ranges::find(every, worker::doing::running, [](const auto& one) { return one->state; });
        if (busy != every.end()) {
            if (!changed.wait_for(lock, settings.watchdog, moved)) give_up(**busy);
            continue;
        }
        std::vector<pollfd> fds;
        std::int64_t peers = 0; // real time that peers get
        for (const auto& one : every) {
            if (one->state != worker::doing::waiting || one->fds.empty()) continue;
            fds.insert(fds.end(), one->fds.begin(), one->fds.end());
            const bool lockstep = one->where == phase::run;
            const auto usual = !lockstep ? peer_time : in_transit && !at_once ? transit_time : 0;
            peers = std::max(peers, std::min(settings.peer_timeout ? settings.peer_timeout->count() : usual,
                                             one->deadline - steady));
        }
        if (fds.empty()) return;
        if (settings.peers) {
            const duration now{steady};
            lock.unlock();
            settings.peers(now);
            lock.lock();
            if (moved()) continue;
            bool any = false;
            for (const auto& one : every)
                if (one->state == worker::doing::waiting && one->is_ready()) one->wake(false), any = true;
            if (!any) return;
            continue;
        }
        lock.unlock();
        const int ready = poll_peers(fds, peers, seen);
        lock.lock();
        if (moved()) continue;
        if (ready == 0) {
            in_transit = false;
            return;
        }
        if (!changed.wait_for(lock, settings.watchdog, moved))
            give_up(**std::ranges::find(every, worker::doing::waiting, [](const auto& one) { return one->state; }));
    }
}

int site::world::poll_peers(std::vector<pollfd>& fds, std::int64_t time, std::uint64_t seen) {
    // In slices: a node may have read what came before this poll sees it, and then no other event ends the poll.
    constexpr int slice = 5; // ms
    const auto until = real_clock::now() + std::chrono::nanoseconds{time};
    for (;;) {
        // Checked before the poll: what silent peers have sent is ready by then.
        const bool is_silent = settings.peers_silent && settings.peers_silent();
        const bool is_over = is_silent || real_clock::now() >= until;
        const int ready = ::poll(fds.data(), fds.size(), is_over ? 0 : slice);
        if (ready != 0 || is_over) return ready;
        const std::lock_guard lock{mutex};
        if (progress != seen) return 0;
    }
}

void site::world::tick(std::unique_lock<std::mutex>& lock, fake& of) {
    const auto on = std::ranges::find_if(workers, [&](const auto& one) { return one->home == &of; });
    const auto time = utc();
    of.tick_due.reset();
    lock.unlock();
    const auto answer = call(**on, of, phase::tick, [&] { return of.component.tick(of.self, time); });
    lock.lock();
    if (!answer) throw std::runtime_error("tick of '" + of.name + "' failed: " + answer.why);
}

bool site::world::step(std::unique_lock<std::mutex>& lock, std::int64_t limit) {
    auto next = never;
    fake* to_tick = nullptr;
    for (const auto& one : nodes) {
        if (!one->tick_due) continue;
        const auto due = *one->tick_due <= utc() ? steady : *one->tick_due - offset;
        if (due < next) {
            next = due;
            to_tick = one.get();
        }
    }
    for (const auto& one : workers)
        if (one->state == worker::doing::waiting) next = std::min(next, one->deadline);
    if (common_worker->state == worker::doing::waiting) next = std::min(next, common_worker->deadline);
    if (next == never || next > limit) {
        if (limit != never && limit > steady) {
            steady = limit;
            note_change();
        }
        return false;
    }
    steady = std::max(steady, next);
    note_change();
    bool woken = false;
    for (const auto& one : workers)
        if (one->state == worker::doing::waiting && one->deadline <= steady) {
            one->wake(true);
            woken = true;
        }
    if (common_worker->state == worker::doing::waiting && common_worker->deadline <= steady) {
        common_worker->wake(true);
        woken = true;
    }
    if (!woken && to_tick != nullptr) tick(lock, *to_tick);
    return true;
}

void site::world::advance(std::int64_t by) {
    if (by < 0) throw std::invalid_argument("time can't go back: set_clock sets the wall clock");
    std::unique_lock lock{mutex};
    in_transit = true;
    at_once = false;
    const auto limit = steady + by;
    quiet(lock);
    while (step(lock, limit)) quiet(lock);
    quiet(lock);
}

bool site::world::run_until(const std::function<bool()>& done, std::int64_t within) {
    std::unique_lock lock{mutex};
    in_transit = true;
    at_once = false;
    const auto limit = steady + within;
    for (;;) {
        quiet(lock);
        lock.unlock();
        if (done()) return true;
        lock.lock();
        if (step(lock, limit)) continue;
        quiet(lock);
        lock.unlock();
        return done();
    }
}

void site::world::settle() {
    std::unique_lock lock{mutex};
    in_transit = true;
    at_once = false;
    quiet(lock);
}

int site::world::terminal_reader(int fd) const {
    std::array<char, 64> name{};
    struct stat terminal {};
    if (::ptsname_r(fd, name.data(), name.size()) != 0 || ::stat(name.data(), &terminal) != 0) return -1;
    for (const auto& one : workers) {
        if (one->state != worker::doing::waiting) continue;
        for (const auto& watched : one->fds) {
            struct stat about {};
            if (::fstat(watched.fd, &about) == 0 && S_ISCHR(about.st_mode) && about.st_rdev == terminal.st_rdev)
                return watched.fd;
        }
    }
    return -1;
}

std::size_t site::world::feed_terminal(int fd, std::string_view bytes) {
    const int reader = bytes.size() <= sure_room ? terminal_reader(fd) : -1;
    int before = 0, now = 0;
    pollfd room{fd, POLLOUT, 0};
    if (reader < 0 || ::ioctl(reader, FIONREAD, &before) != 0 || ::poll(&room, 1, 0) <= 0) return 0;
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written <= 0) return 0;
    const auto limit = real_clock::now() + std::chrono::nanoseconds{transit_time};
    while (::ioctl(reader, FIONREAD, &now) == 0 && now < before + static_cast<int>(written)) {
        if (real_clock::now() > limit) return static_cast<std::size_t>(written); // it counts otherwise: in lines
        ::sched_yield();
    }
    at_once = true;
    return static_cast<std::size_t>(written);
}

void site::world::feed(int fd, std::string_view bytes) {
    std::uint64_t before = 0;
    bool arrived = false; // at a terminal's reader, all of it
    {
        std::unique_lock lock{mutex};
        at_once = arrives_at_once(fd);
        const bool may_delay = !at_once;
        quiet(lock);
        before = wakes;
        if (may_delay) {
            bytes.remove_prefix(feed_terminal(fd, bytes));
            arrived = at_once && bytes.empty();
            at_once = arrived;
        }
    }
    const auto limit = real_clock::now() + settings.watchdog;
    while (!bytes.empty()) {
        auto n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == ENOTSOCK) {
            pollfd room{fd, POLLOUT, 0};
            n = ::poll(&room, 1, 100) > 0 ? ::write(fd, bytes.data(), std::min(bytes.size(), sure_room)) : 0;
        }
        if (n > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(n));
            continue;
        }
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            throw std::system_error(errno, std::generic_category(),
                                    "feed: writing to descriptor " + std::to_string(fd));
        if (real_clock::now() > limit)
            throw stuck("feed: descriptor " + std::to_string(fd) + " is full: the node does not read from it");
        pollfd room{fd, POLLOUT, 0};
        ::poll(&room, 1, 10);
    }
    if (at_once && !arrived) wait_until_received(fd, limit);
    std::unique_lock lock{mutex};
    const bool listened = std::ranges::any_of(workers, [](const auto& one) {
        return one->state == worker::doing::running || (one->state == worker::doing::waiting && !one->fds.empty());
    });
    if (listened && !settings.peers) changed.wait_for(lock, max_until_read, [&] { return wakes != before; });
    in_transit = true;
    quiet(lock);
    if (arrived) in_transit = false;
}

} // namespace releve::testing
