// SPDX-License-Identifier: Apache-2.0
// A byte_stream out of a node's options. In the constructor: a wrong value is shown at its key.
#pragma once
#include <releve/context.hpp>
#include <releve/kit/io/byte_stream.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace releve::kit {

/// The stream that the text option `key` names: a device, a file or tcp://HOST:PORT. Throws bad_option.
inline byte_stream stream_option(const context& host, std::string_view key, const serial_settings& settings = {}) {
    try {
        return {host.options().text(key), settings};
    } catch (const std::invalid_argument& e) {
        throw bad_option(std::string{key}, e.what());
    }
}

/// The speed of a serial port that the integer option `key` gives. Throws bad_option: a port can't be set to it.
inline int speed_option(const context& host, std::string_view key) {
    const auto speed = host.options().integer(key);
    if (speed < 1 || speed > 4'000'000 || !serial_port::knows(static_cast<int>(speed)))
        throw bad_option(std::string{key}, "a serial port can't be set to " + std::to_string(speed) + " Bd");
    return static_cast<int>(speed);
}

} // namespace releve::kit
