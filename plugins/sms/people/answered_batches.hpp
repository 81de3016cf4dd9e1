// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace releve::sms {

/// How far each of the last batches has been answered for: a host that is killed after it has committed what a sink
/// says, and before it has committed the sink's answers, gives the batch again.
class answered_batches {
public:
    /// More than come at once, twice: those of the group before are there still when they come again.
    static constexpr std::size_t most = 300;
    /// The records from the first on that are answered.
    std::size_t records_of(std::uint64_t batch) const;
    void note(std::uint64_t batch, std::size_t records);
    /// As text, a line for each; and back, as far as it is one.
    std::string saved() const;
    void restore(const std::string& saved);

private:
    struct answered {
        std::uint64_t batch = 0;
        std::size_t records = 0;
    };
    std::deque<answered> all_; // the oldest first
};

} // namespace releve::sms
