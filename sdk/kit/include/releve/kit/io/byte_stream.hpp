// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/kit/io/descriptor.hpp>
#include <releve/kit/io/host_port.hpp>
#include <releve/kit/io/serial_port.hpp>
#include <releve/kit/io/wait.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace releve::kit {

/// Bytes that a device sends unasked, wherever they come from, by one option: a serial device ("/dev/ttyUSB0"), a
/// recorded file or a pipe ("p1.bin"), a TCP peer that passes a line on ("tcp://192.168.1.20:2001"). What it throws
/// while open is io_failure, as a whole sentence that begins with where(). For one thread.
class byte_stream {
public:
    /// Without I/O. Throws std::invalid_argument with the end of a sentence: what is wrong with `where`.
    byte_stream(std::string where, const serial_settings& settings);

    /// Closes what was open before. `timeout`: of a TCP connection. Throws also releve::stopped.
    void open(const waiter& wait, duration timeout = std::chrono::seconds{10});
    void close() noexcept;
    bool is_open() const noexcept { return fd() >= 0; }
    int fd() const noexcept { return serial_ ? serial_.fd() : other_.get(); }
    const std::string& where() const noexcept { return where_; }
    bool is_tcp() const noexcept { return peer_.has_value(); }
    /// Since open: a device that has a speed; a file that has an end.
    bool is_serial() const noexcept { return static_cast<bool>(serial_); }
    bool is_recording() const noexcept { return recording_; }
    /// A recording was read to its end.
    bool at_end() const noexcept { return at_end_; }

    /// Of a serial device, now and at the next open.
    void set_speed(int speed);
    /// How many bytes there were now; 0: none. Throws when the other side is gone.
    std::size_t read(std::span<char> into);

private:
    void open_path();

    std::string where_;
    serial_settings settings_;
    std::optional<host_port> peer_;
    serial_port serial_;
    descriptor other_;
    bool recording_ = false, at_end_ = false;
};

} // namespace releve::kit
