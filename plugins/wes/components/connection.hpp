// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/transport.hpp"
#include "http/loop.hpp"
#include "m2m/link.hpp"

#include <releve/askable.hpp>
#include <releve/connection.hpp>
#include <releve/kit/io/turn.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace releve::wes {

/// [connection.NAME] component = "wes": the servers of a site and their passwords. Other programs query them through it
/// (host_transport).
class wes_connection final : public connection, public askable {
public:
    static constexpr auto summary = "WES energy servers: where they are and how to log in";
    static void describe(option_list& o);
    explicit wes_connection(context& host);

    struct server_entry {
        std::string name;
        http_request request;
        m2m_address m2m;
        std::uint16_t ftp_port;
        std::string ftp_user, ftp_password;
    };
    const std::vector<server_entry>& servers() const noexcept { return servers_; }

    /// A server gets one request at a time: its turn is taken for each. [any thread]
    kit::turn& turn(std::size_t server) noexcept { return turns_[server]; }

    /// Parameters: "host" (name or address of a server), perhaps "port", and one of resource_names; or "known", whose
    /// reply is the name of the server.
    std::optional<std::string> reply(const question& asked) override;

private:
    std::optional<std::size_t> server_of(const question& asked) const;
    server_address address_of(std::size_t server) const;

    std::vector<server_entry> servers_;
    std::unique_ptr<kit::turn[]> turns_; // of each server
};

/// Reserves a server for one owner during the object's lifetime.
class reserved_server {
public:
    /// Waits for the server's turn. Throws transient_error when it does not come in time, releve::stopped.
    reserved_server(wes_connection& of, std::size_t server, const kit::waiter& wait,
                    duration timeout = std::chrono::minutes{10});

private:
    kit::held_turn turn_;
};

} // namespace releve::wes
