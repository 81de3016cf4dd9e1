// SPDX-License-Identifier: Apache-2.0
#include "components/channel_plan.hpp"

#include <algorithm>

namespace releve::wes {
namespace {

bool is_read_channel(std::string_view name) {
    const auto rows = catalogue();
    return std::any_of(rows.begin(), rows.end(), [name](const element_row& row) {
        if (row.of == channel_kind::server) return false;
        for (int n = row.first; n <= row.last; ++n)
            if (channel_name(row.of, n) == name) return true;
        return false;
    });
}

} // namespace

void channel_plan::describe(option_list& o) {
    o.tables("channels", "Channels that are named, turned on or off, or measured in another unit",
             [](option_list& one) {
                 one.text("channel",
                          "tic1, pulse1, clamp1, mains, probe1, relay1, input1, analog1, switch1 or variable1")
                     .required()
                     .example("\"probe1\"");
                 one.text("server", "Only of this server; every server when not given").example("\"A11\"");
                 one.text("name", "Value of the label `channel` instead").example("\"boiler\"");
                 one.boolean("enabled", "true: even while it is 0; false: never. Not given: once it was anything but 0")
                     .example("true");
                 one.choice("unit", {"l", "m3", "Wh", "kWh"}, "Pulse counter: unit of its index").example("\"l\"");
                 one.number("per_pulse",
                            "Pulse counter: how much of `unit` a pulse is; the count is then used, not the index")
                     .at_least(0)
                     .example("0.25");
                 one.choice("measures", {"temperature", "relative_humidity", "illuminance"}, "Probe: what it measures")
                     .fallback("temperature");
             })
        .example("[{ channel = \"probe1\", name = \"boiler\", enabled = true }]");
    o.choice("unlisted", {"when_seen", "off"}, "Channels that `channels` does not list: once they were not 0, or never")
        .fallback("when_seen");
}

channel_plan::channel_plan(context& host, const std::vector<std::string>& servers)
    : unlisted_{host.options().choice("unlisted") == "when_seen"} {
    for (const auto& given : host.options().tables("channels")) {
        const auto at = "channels[" + std::to_string(settings_.size()) + "].";
        auto& one = settings_.emplace_back();
        one.channel = given.text("channel");
        one.server = given.text("server");
        one.name = given.text("name");
        if (given.given("enabled")) one.enabled = given.boolean("enabled");
        one.unit = given.choice("unit");
        one.per_pulse = given.number("per_pulse");
        one.measures = given.choice("measures");
        check(host, one, at, servers);
        if (given.given("measures") && !one.channel.starts_with("probe"))
            host.refuse(at + "measures", "is for probes; '" + one.channel + "' is not a probe");
    }
}

void channel_plan::check(context& host, const channel_setting& one, const std::string& at,
                         const std::vector<std::string>& servers) const {
    if (!is_read_channel(one.channel)) host.refuse(at + "channel", "a WES has no channel '" + one.channel + "'");
    if (!one.server.empty() && std::find(servers.begin(), servers.end(), one.server) == servers.end())
        host.refuse(at + "server", "the connection has no server '" + one.server + "'");
    if (one.name.size() > 64) host.refuse(at + "name", "is longer than 64 bytes");
    if (!one.unit.empty() && !one.channel.starts_with("pulse"))
        host.refuse(at + "unit", "is for pulse counters; '" + one.channel + "' is not one");
    if (one.per_pulse > 0 && one.unit.empty()) host.refuse(at + "per_pulse", "of which unit? Give `unit` too");
    for (const auto& other : settings_)
        if (&other != &one && other.channel == one.channel && other.server == one.server)
            host.refuse(at + "channel", "is listed twice");
}

const channel_setting* channel_plan::of(std::string_view server, std::string_view channel) const noexcept {
    const channel_setting* found = nullptr;
    for (const auto& one : settings_) {
        if (one.channel != channel) continue;
        if (one.server == server) return &one;
        if (one.server.empty()) found = &one;
    }
    return found;
}

} // namespace releve::wes
