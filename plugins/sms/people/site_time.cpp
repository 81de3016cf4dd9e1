// SPDX-License-Identifier: Apache-2.0
#include "people/site_time.hpp"

#include <releve/failure.hpp>

#include <date/tz.h>

namespace releve::sms {

site_time::site_time(std::string_view zone)
    : zone_{nullptr} {
    try {
        zone_ = date::locate_zone(std::string{zone});
    } catch (const std::runtime_error& e) {
        throw permanent_error("time zone '" + std::string{zone} + "' is not known on this machine: " + e.what());
    }
}

std::string site_time::text(time_point utc) const {
    const auto minute = date::floor<std::chrono::minutes>(utc);
    const auto local = zone_->to_local(minute);
    auto made = date::format("%F %H:%M", local);
    if (zone_->get_info(local).result == date::local_info::ambiguous) made += ' ' + zone_->get_info(minute).abbrev;
    return made;
}

} // namespace releve::sms
