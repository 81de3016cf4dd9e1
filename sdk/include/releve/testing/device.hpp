// SPDX-License-Identifier: Apache-2.0
// The other end of a line, played by the test: what a streaming source connects to or opens.
#ifndef RELEVE_TESTING_DEVICE_HPP
#define RELEVE_TESTING_DEVICE_HPP
#include <cstdint>
#include <string>

namespace releve::testing {

/// A device that a node reaches over TCP: listens on 127.0.0.1, at a port that was free.
///     rt::tcp_device device;
///     rt::node n{rt::plugin{}, "meter", "port = '" + device.url() + "'"};
///     REQUIRE(n.start());
///     n.run();
///     n.feed(device.connection(), "21.5\n");
class tcp_device {
public:
    tcp_device();
    tcp_device(const tcp_device&) = delete;
    tcp_device& operator=(const tcp_device&) = delete;
    ~tcp_device();

    std::uint16_t port() const noexcept { return port_; }
    std::string url() const; // "tcp://127.0.0.1:41234"
    /// The device's end of the newest connection, for node::feed; waits for the first one, and after hang_up. Throws
    /// std::runtime_error when nobody connects within a minute of real time.
    int connection();
    void hang_up();

private:
    int listener_ = -1, connection_ = -1;
    std::uint16_t port_ = 0;
};

/// A device on a serial port: a pseudo-terminal.
class serial_device {
public:
    serial_device();
    serial_device(const serial_device&) = delete;
    serial_device& operator=(const serial_device&) = delete;
    ~serial_device();

    const std::string& path() const noexcept { return path_; } // of the port
    /// The device's end of the line, for node::feed.
    int line() const noexcept { return line_; }
    /// As when the adapter is unplugged.
    void unplug();

private:
    int line_ = -1;
    std::string path_;
};

} // namespace releve::testing
#endif
