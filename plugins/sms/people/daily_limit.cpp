// SPDX-License-Identifier: Apache-2.0
#include "people/daily_limit.hpp"

#include <cstdio>

namespace releve::sms {

namespace {

constexpr std::int64_t day = 86'400, minute = 60;

} // namespace

void daily_limit::forget(std::int64_t now) {
    while (!spent_.empty() && spent_.front().first <= now - day) spent_.pop_front();
    while (!spent_.empty() && spent_.back().first > now + day) spent_.pop_back(); // the clock was wrong then
}

bool daily_limit::has_room(std::int64_t coming, std::int64_t now) {
    if (most_ == 0) return true;
    forget(now);
    for (const auto& one : spent_) coming += one.second;
    return coming <= most_;
}

void daily_limit::note(std::int64_t count, std::int64_t now) {
    forget(now);
    if (!spent_.empty() && spent_.back().first / minute == now / minute) {
        spent_.back().first = now;
        spent_.back().second += count;
    } else {
        spent_.emplace_back(now, count);
    }
}

std::string daily_limit::saved() const {
    std::string all;
    for (const auto& [when, count] : spent_)
        all += (all.empty() ? "" : " ") + std::to_string(when) + ":" + std::to_string(count);
    return all;
}

void daily_limit::restore(const std::string& saved) {
    spent_.clear();
    std::int64_t when = 0, count = 0;
    int read = 0;
    for (const auto* at = saved.c_str(); std::sscanf(at, "%ld:%ld%n", &when, &count, &read) == 2; at += read)
        spent_.emplace_back(when, count);
}

} // namespace releve::sms
