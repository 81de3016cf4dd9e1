// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "page/catalogue.hpp"

#include <releve/context.hpp>
#include <releve/option_list.hpp>

#include <optional>
#include <string>
#include <vector>

namespace releve::wes {

/// The user's settings for one channel.
struct channel_setting {
    std::string server;          // empty: every server
    std::string channel;         // "probe1"
    std::string name;            // for the label `channel`; empty: the channel's own
    std::optional<bool> enabled; // not given: once it was anything but 0
    std::string unit;            // of a pulse counter's index: l, m3, Wh, kWh
    double per_pulse = 0;        // in `unit`; 0: the index of the WES is used
    std::string measures;        // of a probe: temperature, relative_humidity, illuminance
};

/// Which channels are reported, and how.
class channel_plan {
public:
    static void describe(option_list& o);
    /// Throws bad_option.
    channel_plan(context& host, const std::vector<std::string>& servers);

    /// The setting for a channel: the one for this server, else the one for every server, else null.
    const channel_setting* of(std::string_view server, std::string_view channel) const noexcept;
    /// Whether channels without a setting are reported (once they were anything but 0).
    bool unlisted() const noexcept { return unlisted_; }

private:
    void check(context& host, const channel_setting& one, const std::string& at,
               const std::vector<std::string>& servers) const;

    std::vector<channel_setting> settings_;
    bool unlisted_ = true;
};

} // namespace releve::wes
