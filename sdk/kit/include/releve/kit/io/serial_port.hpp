// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <releve/kit/io/descriptor.hpp>
#include <releve/kit/io/failure.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace releve::kit {

/// Data bits, parity, stop bits.
enum class framing { eight_none_one, seven_even_one };

/// What a byte with wrong parity is read as. nul: as 0. mark: as 0xff, 0, the byte (PARMRK of termios(3)).
enum class parity_error { nul, mark };

struct serial_settings {
    int speed = 9600; // Bd
    framing bits = framing::eight_none_one;
    parity_error bad_parity = parity_error::nul;
    bool writable = true;
};

/// A serial device: raw, non-blocking, without flow control, and exclusively ours. Wait for its descriptor with a
/// waiter. What it throws is io_failure, as a whole sentence that begins with the path and says what to do. For one
/// thread.
class serial_port {
public:
    /// None is open.
    serial_port() = default;
    /// Opens it and forgets what it has received before.
    serial_port(const std::string& path, const serial_settings& settings);
    /// Of a device that is open already (O_NOCTTY, O_NONBLOCK).
    serial_port(descriptor device, std::string path, const serial_settings& settings);

    /// Whether `speed` is one that a port can be set to.
    static bool knows(int speed) noexcept;

    explicit operator bool() const noexcept { return static_cast<bool>(fd_); }
    int fd() const noexcept { return fd_.get(); }
    const std::string& path() const noexcept { return path_; }
    /// The device has no parity (a pseudo-terminal, a mini-UART) and was set to 8N1 in place of 7E1: bit 7 of each byte
    /// is the parity, for the reader to remove.
    bool parity_in_bit_7() const noexcept { return parity_in_bit_7_; }

    /// What it received at the old speed is thrown away.
    void set_speed(int speed);
    /// Throws away what was received and not read, and what was written and not sent.
    void flush() noexcept;
    /// How many bytes there were now; 0: none. Throws when the device is gone.
    std::size_t read(std::span<char> into);
    /// How many of the bytes were taken now; 0: the port is full. Throws when the device is gone.
    std::size_t write(std::string_view bytes);
    void close() noexcept { fd_.reset(); }

private:
    void configure();

    descriptor fd_;
    std::string path_;
    serial_settings settings_;
    bool parity_in_bit_7_ = false;
};

/// What a person can do about an errno of a device: "; the user of this program needs the group 'dialout'". Empty: not
/// known.
std::string serial_advice(int error);

} // namespace releve::kit
