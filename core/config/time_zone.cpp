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

namespace {

struct zone_name {
    std::string_view region, city; // "America/Indiana" and "Knox"
};

zone_name split(std::string_view zone) {
    const auto slash = zone.rfind('/');
    if (slash == std::string_view::npos) return {{}, zone};
    return {zone.substr(0, slash), zone.substr(slash + 1)};
}

/// The zone of the same region, or else of any region, whose city is spelt most like this one. Never Etc/GMT+1 and the
/// like: their sign is the opposite of what people mean.
std::string nearest_zone(std::string_view name, const std::vector<std::string>& zones) {
    const auto [region, city] = split(name);
    for (const bool anywhere : {false, true}) {
        std::vector<std::string> cities;
        for (const auto& zone : zones)
            if (const auto known = split(zone);
                !known.region.empty() && known.region != "Etc" && (anywhere || known.region == region))
                cities.emplace_back(known.city);
        const auto near = options::nearest(city, cities);
        for (const auto& zone : zones)
            if (const auto known = split(zone);
                !near.empty() && known.city == near && (anywhere || known.region == region))
                return zone;
    }
    return {};
}

} // namespace

void check_time_zone(const std::string& zone, const options::position& at, problems& found) {
    std::vector<std::string> names;
    try {
        for (const auto& known : date::get_tzdb().zones) names.push_back(known.name());
    } catch (const std::runtime_error&) {
        found.push_back(
            {at, "this system has no time zone database to find " + options::as_toml(zone) + " in", "install tzdata"});
        return;
    }
    try {
        date::locate_zone(zone);
    } catch (const std::runtime_error&) {
        const auto near = nearest_zone(zone, names);
        found.push_back(
            {at, "there is no time zone " + options::as_toml(zone),
             near.empty() ? R"(write region and city, such as "Europe/Paris")" : "did you mean \"" + near + "\"?"});
    }
}

} // namespace releve::core
