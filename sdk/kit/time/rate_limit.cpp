// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/time/rate_limit.hpp>

#include <releve/kit/text/number.hpp>

#include <algorithm>

namespace releve::kit {

void rate_limit::forget(duration now) {
    while (!noted_.empty() && noted_.front().first <= now - window_) noted_.pop_front();
    // The clock was wrong then.
    while (!noted_.empty() && noted_.back().first > now + window_) noted_.pop_back();
}

std::int64_t rate_limit::used(duration now) {
    forget(now);
    std::int64_t all = 0;
    for (const auto& one : noted_) all += one.second;
    return all;
}

bool rate_limit::has_room(std::int64_t count, duration now) { return max_ == 0 || used(now) + count <= max_; }

void rate_limit::note(std::int64_t count, duration now) {
    forget(now);
    if (!noted_.empty() && noted_.back().first / grain_ == now / grain_) {
        noted_.back().first = std::max(noted_.back().first, now);
        noted_.back().second += count;
    } else {
        noted_.emplace_back(now, count);
    }
}

duration rate_limit::next_room(std::int64_t count, duration now) {
    if (has_room(count, now)) return now;
    auto left = used(now) + count - max_;
    for (const auto& [when, some] : noted_)
        if ((left -= some) <= 0) return std::max(now, when + window_);
    return noted_.empty() ? now : std::max(now, noted_.back().first + window_);
}

std::string rate_limit::saved() const {
    std::string all;
    for (const auto& [when, count] : noted_)
        all += (all.empty() ? "" : " ") +
               std::to_string(std::chrono::duration_cast<std::chrono::seconds>(when).count()) + ":" +
               std::to_string(count);
    return all;
}

void rate_limit::restore(std::string_view saved) {
    noted_.clear();
    while (!saved.empty()) {
        const auto blank = std::min(saved.find(' '), saved.size());
        const auto one = saved.substr(0, blank);
        saved.remove_prefix(std::min(blank + 1, saved.size()));
        const auto colon = one.find(':');
        if (colon == std::string_view::npos) return;
        const auto when = integer_in<std::int64_t>(one.substr(0, colon));
        const auto count = integer_in<std::int64_t>(one.substr(colon + 1));
        constexpr std::int64_t largest = 9'000'000'000; // s; nanoseconds end in 2262
        if (!when || !count || *when < 0 || *when > largest || *count < 0) return;
        noted_.emplace_back(std::chrono::seconds{*when}, *count);
    }
}

} // namespace releve::kit
