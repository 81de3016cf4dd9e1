// SPDX-License-Identifier: Apache-2.0
// The options of the component, checked.
#pragma once

#include "owserver/client.hpp"
#include "temperature.hpp"

#include <releve/context.hpp>
#include <releve/option_list.hpp>

#include <string>
#include <vector>

namespace releve::onewire {

enum class simultaneous { automatic, on, off };

struct device_setting {
    std::string id;   // as the bus writes it
    std::string name; // empty: the server's alias, or the id
    humidity_chip humidity = humidity_chip::hih4000;
};

struct settings {
    static void describe(option_list& o);
    /// Throws bad_option.
    explicit settings(const context& host);

    std::string server; // as it was written; empty: the kernel's folder is read
    kit::host_port address;
    std::string folder;
    std::vector<device_setting> devices;
    bool scan = true;
    humidity_chip humidity = humidity_chip::hih4000;
    simultaneous conversion = simultaneous::automatic;
    temperature_rules temperature;
    bool aliases = true;
    bool uncached = false;
    owserver_timeouts timeouts;
};

} // namespace releve::onewire
