// SPDX-License-Identifier: Apache-2.0
#include "link/tray.hpp"

#include <algorithm>

namespace releve::sms {

void link_receipt::keep() noexcept {
    kept_ = true;
    bell_.ring();
}

void link_tray::update_bell() const noexcept {
    if (items_.empty())
        bell_.silence();
    else
        bell_.ring();
}

std::shared_ptr<link_receipt> link_tray::leave(std::vector<link_record> records) {
    auto made = std::make_shared<link_receipt>();
    const std::lock_guard lock{mutex_};
    items_.push_back({std::move(records), made});
    update_bell();
    return made;
}

bool link_tray::withdraw(const std::shared_ptr<link_receipt>& receipt) {
    const std::lock_guard lock{mutex_};
    const auto at = std::find_if(items_.begin(), items_.end(), [&](const auto& one) { return one.receipt == receipt; });
    if (at == items_.end()) return false;
    items_.erase(at);
    update_bell();
    return true;
}

std::optional<link_tray::item> link_tray::take() {
    const std::lock_guard lock{mutex_};
    if (items_.empty()) return {};
    auto first = std::move(items_.front());
    items_.pop_front();
    update_bell();
    return first;
}

} // namespace releve::sms
