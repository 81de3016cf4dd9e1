// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace releve::sql {

/// A database on a server, and the user to log in as.
struct server_address {
    enum class kind { mariadb, postgresql };
    kind is{};
    std::string user;   // empty: the client library's default, the name of the system's user
    std::string host;   // empty: this machine, by a Unix socket
    int port = 0;       // 0: the usual one
    std::string socket; // MariaDB: the file. PostgreSQL: its folder. Empty: the usual one
    std::string database;
};

bool names_a_server(std::string_view url);

/// mysql://user@host:port/database, postgresql://user@host/database, postgresql:///database?socket=/run/postgresql.
/// Throws bad_option("url", ...), never with a password in it.
server_address server_of(std::string_view url);

} // namespace releve::sql
