// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "people/record_copy.hpp"

#include <releve/kit/time/site_time.hpp>

#include <string>
#include <string_view>

namespace releve::sms {

/// The line of a record: a pattern with the fields {site}, {device}, {name}, {labels}, {value}, {unit}, {quality} and
/// {time}, which is the site's.
class report_text {
public:
    explicit report_text(std::string pattern)
        : pattern_{std::move(pattern)} {}
    /// What is wrong with the pattern, as a sentence; empty: nothing.
    std::string problem() const;
    std::string line(const record_copy& one, kit::site_time& clock) const;

private:
    std::string pattern_;
};

} // namespace releve::sms
