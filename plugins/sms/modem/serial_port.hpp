// SPDX-License-Identifier: Apache-2.0
// A modem's port: 8N1, raw, ours alone. Boost.Asio opens and sets it up; whoever has it waits for it with poll(2).
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace releve::sms {

/// What it throws is std::runtime_error: which port, and why.
class serial_port {
public:
    explicit serial_port(std::string path);
    serial_port(const serial_port&) = delete;
    serial_port& operator=(const serial_port&) = delete;
    ~serial_port();

    /// `speed` in Bd, one that `knows` is true for.
    void open(int speed);
    void close() noexcept;
    bool is_open() const noexcept { return fd_ >= 0; }
    int fd() const noexcept { return fd_; }
    const std::string& path() const noexcept { return path_; }
    static bool knows(int speed);

    /// Appends what is there now. Throws when the port is gone.
    void read(std::string& to);
    /// What of it was taken now; none: the port is full.
    std::size_t write(std::string_view bytes);

private:
    struct asio_port;
    std::string path_;
    std::unique_ptr<asio_port> port_;
    int fd_ = -1;
};

} // namespace releve::sms
