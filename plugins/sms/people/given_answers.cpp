// SPDX-License-Identifier: Apache-2.0
#include "people/given_answers.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace releve::sms {

namespace {

constexpr std::int64_t kept_s = 86'400;

} // namespace

bool given_answers::has(std::string_view asker, std::int64_t asked) const {
    return std::any_of(all_.begin(), all_.end(),
                       [&](const auto& one) { return one.asked == asked && one.asker == asker; });
}

std::int64_t given_answers::messages_to(std::string_view asker) const {
    std::int64_t count = 0;
    for (const auto& one : all_)
        if (one.asker == asker) count += one.messages;
    return count;
}

/// Also those with a time in the future: the clock was wrong then.
void given_answers::forget(std::int64_t now) {
    std::erase_if(all_, [&](const auto& one) { return std::abs(one.when - now) >= kept_s; });
}

std::string given_answers::saved() const {
    std::ostringstream out;
    for (const auto& one : all_) out << one.asked << ' ' << one.when << ' ' << one.messages << ' ' << one.asker << '\n';
    return out.str();
}

void given_answers::restore(const std::string& saved) {
    all_.clear();
    std::istringstream in{saved};
    for (given one; in >> one.asked >> one.when >> one.messages >> one.asker;) all_.push_back(one);
}

} // namespace releve::sms
