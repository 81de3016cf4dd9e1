// SPDX-License-Identifier: Apache-2.0
#include "life_watch.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace releve::core {

life_watch::life_watch()
    : end_fd_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)}
    , started_fd_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    if (end_fd_ < 0 || started_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

life_watch::~life_watch() {
    close(end_fd_);
    close(started_fd_);
}

bool life_watch::has_started() const {
    return !held_ && fatal_.empty() && std::all_of(nodes_.begin(), nodes_.end(), [](const auto& one) {
        return one->section().startup != startup_policy::fail || one->life().tried_to_start();
    });
}

bool life_watch::at_end() const {
    return !fatal_.empty() || (!held_ && std::all_of(nodes_.begin(), nodes_.end(), [](const auto& one) {
        return one->takes() || one->life().ended();
    }));
}

/// Under the lock.
void life_watch::notify() {
    changed_.notify_all();
    if (at_end()) eventfd_write(end_fd_, 1);
    if (has_started()) eventfd_write(started_fd_, 1);
}

void life_watch::changed() {
    const std::lock_guard lock{mutex_};
    notify();
}

void life_watch::is_fatal(const node& who, const std::string& why) {
    const std::lock_guard lock{mutex_};
    if (fatal_.empty()) fatal_ = "node '" + who.name() + "' can't start: " + why + " (its startup is \"fail\")";
    notify();
}

std::string life_watch::fatal() const {
    const std::lock_guard lock{mutex_};
    return fatal_;
}

void life_watch::expect(node_list nodes) {
    const std::lock_guard lock{mutex_};
    nodes_.swap(nodes);
}

void life_watch::hold(bool held) {
    const std::lock_guard lock{mutex_};
    held_ = held;
    notify();
}

bool life_watch::wait_for_end(std::chrono::nanoseconds limit) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, limit, [&] { return at_end(); });
}

} // namespace releve::core
