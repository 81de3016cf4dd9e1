// SPDX-License-Identifier: Apache-2.0
// A 1-Wire bus: through owserver, or the kernel.
#pragma once

#include "temperature.hpp"

#include <releve/kit/text/odd_entries.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace releve::onewire {

enum class measure { temperature, relative_humidity, count, output, input };

/// One value of a chip.
struct chip_value {
    measure is = measure::temperature;
    std::string part; // of a chip that has several: "A", "0"
    double value = 0;
    power_on_sign sign = power_on_sign::unknown; // of a temperature
    bool doubtful = false;                       // what a bus says on which nothing answers
};

/// A DS2423 at this count, and a bus on which nothing answers, read the same.
constexpr std::int64_t counter_all_ones = 4'294'967'295;
inline chip_value counted(const char* part, std::int64_t pulses) {
    return {.is = measure::count,
            .part = part,
            .value = static_cast<double>(pulses),
            .doubtful = pulses == counter_all_ones};
}

/// Which chip to read, and how.
struct read_request {
    std::string id;
    humidity_chip humidity = humidity_chip::none; // at a DS2438
    bool converted = false;                       // convert() was called for it just now
};

/// Nothing on the bus can be read now. what() is the end of a sentence: "refuses the connection".
struct bus_lost : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// One chip can't be read now. what() is the end of a sentence.
struct probe_lost : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class bus {
public:
    virtual ~bus() = default;
    /// The addresses of its chips. `odd`: gets what it lists and is not a chip that can be asked. Throws bus_lost.
    virtual std::vector<std::string> list(kit::odd_entries& odd) = 0;
    /// The server's name of a chip; empty: it has none. Throws bus_lost.
    virtual std::string alias(const std::string& id) = 0;
    /// Starts one conversion of all thermometers and waits for its end. False: this bus can't do that.
    virtual bool convert() = 0;
    /// Whether a thermometer takes its power from the data line, or may.
    virtual bool parasite(const std::string& id) = 0;
    /// Throws bus_lost, probe_lost.
    virtual std::vector<chip_value> read(const read_request& of) = 0;
    virtual void close() = 0;
};

} // namespace releve::onewire
