// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "options/server_url.hpp"

#include <releve/time.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace releve::sql {

struct server_settings {
    server_address at;
    std::string password;
    duration timeout{};   // for a connection, and for each answer
    duration lock_wait{}; // for rows or tables that another program has locked
    bool tls = false;     // the server's certificate is checked, before the password is sent
    std::string ca;       // file with the certificates to trust
    std::function<bool()> stopping = [] { return false; };
    /// How long a new connection waits for an answer: less when the node is to stop.
    duration patience() const {
        constexpr duration at_stop = std::chrono::seconds{2};
        return stopping() && timeout > at_stop ? at_stop : timeout;
    }
};

/// Whether nobody on a network can be in between: a Unix socket, or this machine's own addresses.
bool is_this_machine(const server_address& at);

/// "PostgreSQL database readings on db.example": without the user, and without secrets.
std::string where_of(const server_settings& settings);

/// 'key=value' of a connection string; nothing for an empty value.
std::string connection_word(std::string_view key, std::string_view value);

/// Whole seconds, at least 1.
std::string seconds(duration of);

/// A server's or a client library's message, which may have several lines, as a part of a sentence for people.
std::string in_one_line(std::string_view text);

} // namespace releve::sql
