// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/turn.hpp>

#include <algorithm>
#include <utility>

namespace releve::kit {

bool turn::try_take() {
    const std::lock_guard lock{mutex_};
    return line_.empty() && !std::exchange(taken_, true);
}

bool turn::taken() const {
    const std::lock_guard lock{mutex_};
    return taken_;
}

void turn::release() noexcept {
    const std::lock_guard lock{mutex_};
    taken_ = !line_.empty();
    if (!taken_) return;
    auto& next = *line_.front();
    line_.pop_front();
    next.granted_ = true;
    next.bell_->ring();
}

turn_request::turn_request(turn& of)
    : turn_request{of, std::make_shared<const bell>()} {}

turn_request::turn_request(turn& of, std::shared_ptr<const bell> granted)
    : of_{&of}
    , bell_{std::move(granted)} {
    const std::lock_guard lock{of.mutex_};
    if (of.taken_ || !of.line_.empty()) {
        of.line_.push_back(this);
        return;
    }
    of.taken_ = granted_ = true;
    bell_->ring();
}

bool turn_request::granted() const {
    if (of_ == nullptr) return false;
    const std::lock_guard lock{of_->mutex_};
    return granted_;
}

void turn_request::detach() noexcept {
    const std::lock_guard lock{std::exchange(of_, nullptr)->mutex_}; // whoever granted it may still be at the bell
}

turn_request::~turn_request() {
    if (of_ == nullptr) return;
    {
        const std::lock_guard lock{of_->mutex_};
        if (!granted_) {
            std::erase(of_->line_, this);
            return;
        }
    }
    of_->release();
}

held_turn::held_turn(turn& of, const waiter& wait, duration timeout)
    : of_{of} {
    if (of.try_take()) return;
    turn_request mine{of};
    if (!wait.ready(mine.fd(), RELEVE_READABLE, timeout)) throw io_failure("is in use: its turn did not come in time");
    mine.detach();
}

} // namespace releve::kit
