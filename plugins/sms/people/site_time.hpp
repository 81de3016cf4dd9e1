// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/time.hpp>

#include <string>
#include <string_view>

namespace date {
class time_zone;
}

namespace releve::sms {

/// Times for people, in the site's zone.
class site_time {
public:
    /// `zone`: as IANA has it. Throws permanent_error when this machine does not know it.
    explicit site_time(std::string_view zone);
    /// "2026-11-23 14:03"; with the zone's word, "2026-10-25 02:30 CEST", in the hour that a clock change makes twice.
    std::string text(time_point utc) const;

private:
    const date::time_zone* zone_;
};

} // namespace releve::sms
