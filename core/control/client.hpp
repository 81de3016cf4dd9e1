// SPDX-License-Identifier: Apache-2.0
// Sends requests to a running host over its control socket.
#pragma once
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace releve::core {

/// No host runs there, or access is denied: the text says what to do.
struct not_running : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class control_client {
public:
    /// For each piece of a response to arrive.
    static constexpr int response_timeout_ms = 30'000;
    /// Bytes of a response, and of one line of a tap: what answers on a path may be anything.
    static constexpr std::size_t max_response = 64 << 20;

    explicit control_client(std::filesystem::path socket)
        : socket_{std::move(socket)} {}

    struct response {
        unsigned status = 0;
        std::string body;
    };
    /// "/status", "/metrics", "/health". Throws not_running, or std::runtime_error.
    response get(std::string_view target) const;
    /// "/reload". Waits without limit: a reload takes as long as the nodes that it stops.
    response post(std::string_view target) const;

    enum class ended { asked, by_host };
    /// Gives each JSON line of a tap to `line`, until that returns false, `stop_fd` is readable, or the host ends.
    /// Throws not_running, or std::runtime_error with the host's reason.
    ended tap(std::string_view node, std::string_view series, int stop_fd,
              const std::function<bool(std::string_view)>& line) const;

private:
    response exchange(std::string_view method, std::string_view target, int timeout_ms) const;
    std::filesystem::path socket_;
};

} // namespace releve::core
