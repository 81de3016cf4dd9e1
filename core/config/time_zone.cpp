// SPDX-License-Identifier: Apache-2.0
#include "site.hpp"
#include "words.hpp"

#include <date/tz.h>

#include <stdexcept>

namespace releve::core {

std::string system_time_zone() {
    try {
        return date::current_zone()->name();
    } catch (const std::runtime_error&) {
        return "UTC";
    }
}

void check_time_zone(const std::string& zone, const options::place& at, problems& found) {
    std::vector<std::string> names;
    try {
        for (const auto& known : date::get_tzdb().zones) names.push_back(known.name());
    } catch (const std::runtime_error&) {
        found.push_back(
            {at, "this system has no time zones to look " + options::as_toml(zone) + " up in", "install tzdata"});
        return;
    }
    try {
        date::locate_zone(zone);
    } catch (const std::runtime_error&) {
        auto near = options::nearest(zone, names);
        for (const auto& name : names) // the place without its continent
            if (near.empty() && !zone.empty() && name.ends_with("/" + zone)) near = name;
        found.push_back(
            {at, "there is no time zone " + options::as_toml(zone),
             near.empty() ? R"(write its place, such as "Europe/Paris")" : "did you mean \"" + near + "\"?"});
    }
}

} // namespace releve::core
