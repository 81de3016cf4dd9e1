// SPDX-License-Identifier: Apache-2.0
// Devices on TCP ports, until a signal.
#pragma once

#include "device.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace wes_simulator {

struct serving {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8081; // of the first device, the others on the next ones; 0: free ports
    double speed = 1;          // simulated seconds in a real one; 0: time moves only by /simulator/advance
    fault_setting fault;
};

// Prints "listening on ADDRESS:PORT" for each device once all are ready. Returns on SIGTERM or SIGINT, at once. Throws
// std::runtime_error when an address can't be used.
void serve(const serving& settings, std::vector<device_setting> devices);

} // namespace wes_simulator
