// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/time.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace releve::print {

/// A time as the site's clock on the wall shows it.
struct wall_time {
    std::string clock; // "14:03:22"
    std::string day;   // "Monday 23 November 2026"
};

/// Times in the site's time zone. Not for several threads.
class site_time {
public:
    /// `name`: as IANA has it. Throws permanent_error when this machine does not know it.
    explicit site_time(std::string_view name);
    site_time(const site_time&) = delete;
    site_time& operator=(const site_time&) = delete;
    ~site_time();
    wall_time at(time_point utc);

private:
    struct zone;
    std::unique_ptr<zone> zone_;
};

} // namespace releve::print
