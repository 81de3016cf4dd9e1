// SPDX-License-Identifier: Apache-2.0
// How a WES is reached: its pages over HTTP, single values over M2M, its files over FTP, behind one interface.
#pragma once

#include <releve/kit/io/wait.hpp>

#include <array>
#include <cstddef>
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
    duration connect_timeout = std::chrono::seconds{3};
    duration timeout = std::chrono::seconds{10}; // of a whole reply
    std::size_t max_file = std::size_t{4} << 20; // bytes
};

/// page: "/data.cgx", over HTTP. tag: "T100", over M2M. folder: "/LOG/", its listing over FTP. file: "/LOG/2026.csv",
/// over FTP.
enum class resource { page, tag, folder, file };
inline constexpr std::array resource_names{"page", "tag", "folder", "file"}; // in that order

/// One request at a time: a WES is fragile.
class transport {
public:
    transport() = default;
    transport(const transport&) = delete;
    transport& operator=(const transport&) = delete;
    virtual ~transport() = default;
    /// The bytes of a resource. Throws unreachable; releve::stopped, when the waiter does.
    virtual std::string fetch(resource what, std::string_view name) = 0;
};

/// From this process, blocking only in `wait`.
std::unique_ptr<transport> direct_transport(const server_address& to, kit::waiter wait = kit::poll_waiter());

/// Through a running host, which asks the server when it is free: one request at a time, together with the host's own.
/// `control_socket`: as returned by host_that_has.
std::unique_ptr<transport> host_transport(const server_address& to, std::string control_socket);

/// The control socket of a running host that has this server; nothing: no host has it. Tries the sockets that the
/// variable RELEVE_CONTROL names (with ':' between them; empty: none), else releve-state/control in the current folder
/// and that of each site in /var/lib/releve. Throws unreachable where a host may have it and its socket can't be
/// opened.
std::optional<std::string> host_that_has(const server_address& to);

/// host_transport where a running host has the server, else direct_transport.
std::unique_ptr<transport> transport_to(const server_address& to);

} // namespace releve::wes
