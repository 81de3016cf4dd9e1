// SPDX-License-Identifier: Apache-2.0
// A 1-Wire bus, whoever drives it.
#pragma once

#include "temperature.hpp"

#include <releve/time.hpp>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace releve::onewire {

enum class measure { temperature, relative_humidity, count, output, input };

struct reading {
    measure is = measure::temperature;
    std::string part; // of a chip that has many: "A", "0"
    double value = 0;
    power_on_sign sign = power_on_sign::unknown; // of a temperature
};

/// What a bus reads a chip as.
struct wanted {
    std::string id;
    humidity_chip humidity = humidity_chip::none; // at a DS2438
    bool converted = false;                       // convert() was called for it just now
};

/// Nothing can be read now, and why, as a sentence's end ("refuses the connection").
struct bus_lost : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// One chip can't be read now.
struct probe_lost : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// How a bus waits and tells the time: the host's ways.
struct surroundings {
    std::function<bool(int fd, short events, duration limit)> ready; // false: the time is over. Throws stopped
    std::function<void(duration)> pause;                             // throws stopped
    std::function<duration()> steady;
};

class bus {
public:
    virtual ~bus() = default;
    /// The addresses of what is on it. Throws bus_lost.
    virtual std::vector<std::string> list() = 0;
    /// The name that the server has for a chip; empty: none. Throws bus_lost.
    virtual std::string alias(const std::string& id) = 0;
    /// One conversion for all thermometers, and the wait for it; false: there is no such thing here.
    virtual bool convert() = 0;
    /// Whether a thermometer takes its power from the data line (or may).
    virtual bool parasite(const std::string& id) = 0;
    /// Throws bus_lost, probe_lost.
    virtual std::vector<reading> read(const wanted& what) = 0;
    virtual void close() = 0;
};

} // namespace releve::onewire
