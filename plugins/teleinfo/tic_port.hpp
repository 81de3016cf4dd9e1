// SPDX-License-Identifier: Apache-2.0
// Where the bytes come from: a serial device, a recorded file, a pipe, or a TCP peer that passes the line on.
#pragma once
#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace releve::teleinfo {

class tic_port {
public:
    /// Waits until the descriptor is ready for `events` of poll(2); false: the time is over.
    using waiter = std::function<bool(int fd, short events, std::chrono::nanoseconds timeout)>;

    /// "/dev/ttyUSB0", a file's path, "tcp://192.168.1.20:2001", "tcp://[::1]:2001". Throws std::invalid_argument,
    /// which says what is wrong.
    explicit tic_port(std::string where);
    tic_port(const tic_port&) = delete;
    tic_port& operator=(const tic_port&) = delete;
    ~tic_port() { close(); }

    /// Throws std::runtime_error: what, where and why.
    void open(int speed, const waiter& wait);
    void close() noexcept;
    bool is_open() const noexcept { return fd_ >= 0; }
    int fd() const noexcept { return fd_; }
    const std::string& where() const noexcept { return where_; }
    bool is_tcp() const noexcept { return !host_.empty(); }
    /// Since open: a device that has a speed; a file that is read to its end.
    bool is_serial() const noexcept { return serial_; }
    bool is_recording() const noexcept { return recording_; }

    /// Of a serial device; what it received at the old speed is thrown away.
    void set_speed(int speed);
    /// At most `most` bytes that are there now; empty: none. Valid until the next call. Throws std::runtime_error when
    /// the other side is gone.
    std::string_view read(std::size_t most);
    /// A recording was read to its end.
    bool at_end() const noexcept { return at_end_; }

    static constexpr std::size_t block = 4096;

private:
    void open_path(int speed);
    void open_tcp(const waiter& wait);
    void configure(int speed);

    std::string where_, host_, service_;
    int fd_ = -1;
    bool serial_ = false, recording_ = false, at_end_ = false;
    std::array<char, block> buffer_{};
};

} // namespace releve::teleinfo
