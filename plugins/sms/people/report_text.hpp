// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "people/record_copy.hpp"
#include "people/site_time.hpp"

#include <string>
#include <string_view>

namespace releve::sms {

/// A line for a record: "{device} {name} {value} {unit}", with {site}, {labels}, {quality} and {time} (the site's) as
/// well.
class report_text {
public:
    explicit report_text(std::string pattern)
        : pattern_{std::move(pattern)} {}
    /// What is wrong with the pattern, in a sentence; empty: nothing.
    std::string problem() const;
    std::string line(const record_copy& one, const site_time& clock) const;

private:
    std::string pattern_;
};

} // namespace releve::sms
