// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/time.hpp>

#include <cstddef>
#include <deque>

namespace releve::mail {

/// When the next mail may leave: `gap` after the last one, and no more than `most` in any hour. Times are
/// context::steady's.
class pace {
public:
    pace(duration gap, std::size_t most)
        : gap_{gap}
        , most_{most} {}
    void sent(duration now) {
        sent_.push_back(now);
        if (sent_.size() > most_) sent_.pop_front();
    }
    /// When the gap after the last mail is over.
    duration rested() const { return sent_.empty() ? duration{} : sent_.back() + gap_; }
    /// When a mail may leave.
    duration next() const {
        if (sent_.size() < most_) return rested();
        const auto room = sent_.front() + std::chrono::hours{1};
        return room > rested() ? room : rested();
    }

private:
    duration gap_;
    std::size_t most_;
    std::deque<duration> sent_; // the last `most_`
};

} // namespace releve::mail
