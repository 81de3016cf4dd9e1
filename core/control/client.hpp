// SPDX-License-Identifier: Apache-2.0
// Asks a running host over its control socket.
#pragma once
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace releve::core {

/// Nothing runs there, or it may not be asked: says what to do.
struct nothing_there : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class control_client {
public:
    /// The program's limit for an answer to come.
    static constexpr int patience_ms = 30'000;

    explicit control_client(std::filesystem::path socket)
        : socket_{std::move(socket)} {}

    struct response {
        unsigned status = 0;
        std::string body;
    };
    /// "/status", "/metrics", "/health". Throws nothing_there, or std::runtime_error.
    response get(std::string_view target) const;
    /// "/reload". Waits as long as it takes.
    response post(std::string_view target) const;

    enum class ended { asked, by_host };
    /// Gives each JSON line of a tap to `line`, until that returns false, `stop_fd` is readable, or the host ends.
    /// Throws nothing_there, or std::runtime_error with what the host said.
    ended tap(std::string_view node, std::string_view series, int stop_fd,
              const std::function<bool(std::string_view)>& line) const;

private:
    response exchange(std::string_view method, std::string_view target, int timeout_ms) const;
    std::filesystem::path socket_;
};

} // namespace releve::core
