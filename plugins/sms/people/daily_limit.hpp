// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

namespace releve::sms {

/// No more than so many messages in any 24 hours: they cost money. Times are UTC, in seconds.
class daily_limit {
public:
    /// `most`: 0 is any number.
    explicit daily_limit(std::int64_t most)
        : most_{most} {}
    std::int64_t most() const noexcept { return most_; }
    bool has_room(std::int64_t coming, std::int64_t now);
    void note(std::int64_t count, std::int64_t now);
    /// As text, less than 64 KiB; and back, as far as it is one.
    std::string saved() const;
    void restore(const std::string& saved);

private:
    void forget(std::int64_t now);

    std::int64_t most_;
    std::deque<std::pair<std::int64_t, std::int64_t>> spent_; // when, and how many: those of a minute are one
};

} // namespace releve::sms
