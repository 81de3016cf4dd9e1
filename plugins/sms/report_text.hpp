// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/batch.hpp>

#include <string>
#include <string_view>

namespace releve::sms {

/// A line for a record: "{device} {name} {value} {unit}", with {site}, {labels}, {quality} and {time} (UTC) as well.
class report_text {
public:
    explicit report_text(std::string pattern)
        : pattern_{std::move(pattern)} {}
    /// What is wrong with the pattern, in a sentence; empty: nothing.
    std::string problem() const;
    std::string line(const record& one, series_view as) const;

private:
    std::string pattern_;
};

} // namespace releve::sms
