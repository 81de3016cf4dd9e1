// SPDX-License-Identifier: Apache-2.0
#include "call_monitor.hpp"

#include <releve/string.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>

namespace releve::core {

namespace {

constexpr std::chrono::nanoseconds longest_period = std::chrono::seconds{1}, shortest_period{5'000'000};

std::string_view what_it_holds_up(const node& one) {
    if (one.is_connection()) return "the nodes that use it wait";
    if (one.is_transform()) return "no records move meanwhile";
    return one.takes() ? "what comes for it waits" : "nothing comes from it meanwhile";
}

} // namespace

void call_monitor::start() {
    thread_ = std::thread{[this] { run(); }};
}

void call_monitor::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void call_monitor::run() {
    const auto period = std::clamp(std::chrono::nanoseconds{limit_ / 8}, shortest_period, longest_period);
    std::unique_lock lock{mutex_};
    while (!changed_.wait_for(lock, period, [&] { return stopping_; })) {
        lock.unlock();
        for (const auto& some : {graph_.nodes(), graph_.connections()})
            for (const auto& one : some) look_at(*one);
        look_at_descriptors();
        lock.lock();
    }
}

void call_monitor::look_at(node& one) {
    const auto since = one.calls().since();
    if (since == never) return;
    const auto now = shared_.clock.steady();
    if (now - since >= (one.is_transform() ? std::min(limit_, transform_timeout) : limit_)) report(one, since, now);
}

void call_monitor::report(node& one, std::int64_t since, std::int64_t now) {
    const std::string_view function = one.calls().function();
    if (one.life().is(node_state::made) || !one.calls().report()) return;
    const auto why = "it has not come back from " + std::string{function} + " for " + spell_duration(now - since);
    one.life().hangs();
    one.figures().note_error(why, shared_.clock.now());
    figures::add(one.figures().misbehaved, 1);
    shared_.log.health(one.name(), function, false,
                       "component '" + std::string{view(one.abi().name)} + "' misbehaves: " + why + "; " +
                           std::string{what_it_holds_up(one)});
    if (!one.calls().takes_back_report(since)) return;
    one.life().returns();
    shared_.log.health(one.name(), function, true, {});
}

/// Whatever opens a file or a connection fails without one; many devices away look the same, so it is said.
void call_monitor::look_at_descriptors() {
    const int one = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    if (one >= 0) {
        close(one);
        return shared_.log.health({}, "descriptors", true, {});
    }
    if (errno != EMFILE) return; // no standard error
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    shared_.log.health({}, "descriptors", false,
                       "all " + std::to_string(limit.rlim_cur) +
                           " file descriptors are in use: nothing can be opened or connected to until some are closed; "
                           "raise the limit (LimitNOFILE= of the unit, ulimit -n), or look which node has so many "
                           "(/proc/" +
                           std::to_string(getpid()) + "/fd)");
}

} // namespace releve::core
