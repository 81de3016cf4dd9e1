// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/time.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace releve::mail {

/// Times in the site's time zone. Not for several threads.
class site_clock {
public:
    /// `zone`: as IANA has it. Throws permanent_error when this machine does not know it.
    explicit site_clock(std::string_view zone);
    site_clock(const site_clock&) = delete;
    site_clock& operator=(const site_clock&) = delete;
    ~site_clock();
    /// "2026-11-23 14:03:22 CET": the zone's own word tells the two hours apart that a clock change makes alike.
    std::string for_people(time_point utc);
    /// "Mon, 23 Nov 2026 14:03:22 +0100", of RFC 5322.
    std::string for_header(time_point utc);

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace releve::mail
