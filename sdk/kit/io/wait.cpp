// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/wait.hpp>

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <system_error>
#include <vector>

namespace releve::kit {
namespace {

constexpr std::int64_t second = 1'000'000'000;

void wait_by_poll(std::span<releve_wait> fds, duration timeout, int stop_fd) {
    std::vector<pollfd> all;
    all.reserve(fds.size() + 1);
    for (const auto& one : fds) all.push_back({one.fd, one.events, 0});
    all.push_back({stop_fd, POLLIN, 0}); // poll ignores -1
    const timespec limit{timeout.count() / second, timeout.count() % second};
    if (::ppoll(all.data(), all.size(), &limit, nullptr) < 0) {
        if (errno == EINTR) return;
        throw std::system_error(errno, std::generic_category(), "poll");
    }
    if (all.back().revents != 0) throw stopped{};
    for (std::size_t i = 0; i < fds.size(); ++i) fds[i].revents = all[i].revents;
}

} // namespace

bool waiter::ready(std::span<releve_wait> fds, duration timeout) const {
    const auto is_ready = [](const releve_wait& one) { return one.revents != 0; };
    const auto until = steady_() + std::max(timeout, duration::zero());
    for (auto left = std::max(timeout, duration::zero());; left = until - steady_()) {
        for (auto& one : fds) one.revents = 0;
        wait_(fds, std::max(left, duration::zero()));
        if (std::any_of(fds.begin(), fds.end(), is_ready)) return true;
        if (steady_() >= until) return false;
    }
}

waiter poll_waiter(int stop_fd) {
    return {[stop_fd](std::span<releve_wait> fds, duration timeout) { wait_by_poll(fds, timeout, stop_fd); },
            [] { return duration{std::chrono::steady_clock::now().time_since_epoch()}; }};
}

} // namespace releve::kit
