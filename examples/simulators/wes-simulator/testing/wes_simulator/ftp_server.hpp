// SPDX-License-Identifier: Apache-2.0
// For tests: wes-ftp on a free port of 127.0.0.1. Where it is: WES_FTP, a definition of the compiler's.
#pragma once

#include "child.hpp"

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace wes_simulator {

class ftp_server {
public:
    // Returns when it is ready.
    explicit ftp_server(const std::filesystem::path& folder)
        : program_{{WES_FTP, folder.string(), "--port", "0", "--commands"}}
        , port_{program_.port()} {}

    std::uint16_t port() const { return port_; }
    // "refuse", "cut 100", "none": as of wes-ftp --help. It is in force when this returns.
    void fault(std::string_view what) {
        if (program_.ask(what) != "ok") throw std::runtime_error("wes-ftp knows no fault " + std::string{what});
    }

private:
    child program_;
    std::uint16_t port_;
};

} // namespace wes_simulator
