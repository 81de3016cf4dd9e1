// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace releve::sms {

/// How far each of the last batches was handled. A host that is killed after it has committed the sink's state, and
/// before it has committed the sink's answers, delivers the batch again.
class handled_batches {
public:
    /// More than twice the maximum of one group: the previous group is still known when it is delivered again.
    static constexpr std::size_t max = 300;
    /// How many records, from the first on, were handled. `batch` has no blanks.
    std::size_t records_of(std::string_view batch) const;
    void note(const std::string& batch, std::size_t records);
    /// Saves as text, one line each; restores as much as can be read.
    std::string saved() const;
    void restore(const std::string& saved);

private:
    struct handled {
        std::string batch;
        std::size_t records = 0;
    };
    std::deque<handled> all_; // the oldest first
};

} // namespace releve::sms
