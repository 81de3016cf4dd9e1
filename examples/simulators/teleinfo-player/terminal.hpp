// SPDX-License-Identifier: Apache-2.0
// A pseudo-terminal that can be opened under a chosen path, in the place of a serial port.
#pragma once
#include <string>
#include <string_view>

namespace teleinfo_player {

class terminal {
public:
    /// Makes `link` a symbolic link to it. A link that an ended player left is replaced; anything else there is
    /// refused.
    explicit terminal(std::string link);
    ~terminal();
    terminal(const terminal&) = delete;
    terminal& operator=(const terminal&) = delete;

    const std::string& device() const { return device_; }
    bool has_reader() const;
    /// The speed that the reader has set, in baud; 0: one that serial ports of meters do not have.
    int reader_baud() const;
    /// What the reader has no room for is lost, as on a serial port.
    void write(std::string_view bytes);

private:
    std::string link_;
    std::string device_;
    int fd_ = -1;
};

} // namespace teleinfo_player
