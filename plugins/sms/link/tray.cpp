// SPDX-License-Identifier: Apache-2.0
#include "link/tray.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace releve::sms {

namespace {

int event_fd(int flags) {
    const int made = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC | flags);
    if (made < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    return made;
}

void raise_event(int fd) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
}

void lower_event(int fd) {
    std::uint64_t one = 0;
    [[maybe_unused]] const auto read = ::read(fd, &one, sizeof one);
}

} // namespace

link_receipt::link_receipt()
    : fd_{event_fd(0)} {}

link_receipt::~link_receipt() { ::close(fd_); }

void link_receipt::keep() noexcept {
    kept_ = true;
    raise_event(fd_);
}

link_tray::link_tray()
    : fd_{event_fd(EFD_SEMAPHORE)} {}

link_tray::~link_tray() { ::close(fd_); }

std::shared_ptr<link_receipt> link_tray::leave(std::vector<link_record> records) {
    auto made = std::make_shared<link_receipt>();
    const std::lock_guard lock{mutex_};
    items_.push_back({std::move(records), made});
    raise_event(fd_);
    return made;
}

bool link_tray::withdraw(const std::shared_ptr<link_receipt>& receipt) {
    const std::lock_guard lock{mutex_};
    const auto at = std::find_if(items_.begin(), items_.end(), [&](const auto& one) { return one.receipt == receipt; });
    if (at == items_.end()) return false;
    items_.erase(at);
    lower_event(fd_);
    return true;
}

std::optional<link_tray::item> link_tray::take() {
    const std::lock_guard lock{mutex_};
    if (items_.empty()) return {};
    auto first = std::move(items_.front());
    items_.pop_front();
    lower_event(fd_);
    return first;
}

} // namespace releve::sms
