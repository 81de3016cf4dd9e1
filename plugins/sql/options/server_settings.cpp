// SPDX-License-Identifier: Apache-2.0
#include "options/server_settings.hpp"

#include <algorithm>
#include <chrono>

namespace releve::sql {

std::string where_of(const server_settings& settings) {
    const auto& at = settings.at;
    std::string text = at.is == server_address::kind::mariadb ? "MariaDB" : "PostgreSQL";
    (text += " database ") += at.database;
    text += " on ";
    text += !at.host.empty() ? at.host : !at.socket.empty() ? at.socket : "this machine";
    if (at.port != 0) (text += ':') += std::to_string(at.port);
    return text;
}

std::string connection_word(std::string_view key, std::string_view value) {
    if (value.empty()) return {};
    std::string word{key};
    word += "='";
    for (const char c : value) {
        if (c == '\'' || c == '\\') word += '\\';
        word += c;
    }
    return word += "' ";
}

std::string seconds(duration of) {
    return std::to_string(std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(of).count()));
}

std::string in_one_line(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    std::string line;
    for (const char c : text) c == '\n' ? line += "; " : line += c;
    return line;
}

} // namespace releve::sql
