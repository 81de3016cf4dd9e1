// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "options/server_url.hpp"

#include <releve/time.hpp>

#include <string>
#include <string_view>

namespace releve::sql {

struct server_settings {
    server_address at;
    std::string password;
    duration timeout{};   // for a connection, and for each answer
    duration lock_wait{}; // for rows or tables that another program has locked
};

/// "PostgreSQL database readings on db.example": without the user, and without secrets.
std::string where_of(const server_settings& settings);

/// 'key=value' of a connection string; nothing for an empty value.
std::string connection_word(std::string_view key, std::string_view value);

/// Whole seconds, at least 1.
std::string seconds(duration of);

/// A client library's message, which may have several lines, as a part of a sentence.
std::string in_one_line(std::string text);

} // namespace releve::sql
