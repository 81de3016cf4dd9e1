// SPDX-License-Identifier: Apache-2.0
// How a WES is reached: its pages over HTTP, single values over M2M, its files over FTP, behind one interface.
#pragma once

#include "http/loop.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace releve::wes {

/// The server could not be read. what() says why.
struct unreachable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct server_address {
    std::string host;
    std::uint16_t port = 80;
    std::string user = "admin", password = "wes"; // the factory's
    std::uint16_t m2m_port = 1500, ftp_port = 21;
    std::string ftp_user = "adminftp", ftp_password = "wesftp"; // the factory's
    duration connect_limit = std::chrono::seconds{3};
    duration limit = std::chrono::seconds{10};       // of a whole reply
    std::size_t largest_file = std::size_t{4} << 20; // bytes
};

/// page: "/data.cgx", over HTTP. tag: "T100", over M2M. folder: "/LOG/", its listing over FTP. file: "/LOG/2026.csv",
/// over FTP.
enum class wanted { page, tag, folder, file };
inline constexpr std::array wanted_words{"page", "tag", "folder", "file"}; // in that order

/// One request at a time: a WES is fragile.
class transport {
public:
    transport() = default;
    transport(const transport&) = delete;
    transport& operator=(const transport&) = delete;
    virtual ~transport() = default;
    /// The bytes of it. Throws unreachable; stopped, when whoever waits is told to end.
    virtual std::string fetch(wanted what, std::string_view name) = 0;
};

/// Waits for descriptors with poll(2).
bool wait_by_poll(std::span<http_wait> on, duration limit);

/// From this process, blocking in `wait` alone; where that says false, stopped is thrown.
std::unique_ptr<transport> direct_transport(const server_address& to, http_loop::waiter wait = wait_by_poll);

/// Through a running host, which asks the server when it is free: whatever else asks it there, one request at a time.
/// `control_socket`: as host_that_has gives it.
std::unique_ptr<transport> host_transport(const server_address& to, std::string control_socket);

/// The control socket of a running host that has this server; nothing: none has. Looks at the sockets that the variable
/// RELEVE_CONTROL names (with ':' between them; empty: at none), else at releve-state/control here and at each site's
/// in /var/lib/releve. Throws unreachable where one may have it and may not be asked.
std::optional<std::string> host_that_has(const server_address& to);

/// host_transport where a running host has the server, else direct_transport.
std::unique_ptr<transport> transport_to(const server_address& to);

} // namespace releve::wes
