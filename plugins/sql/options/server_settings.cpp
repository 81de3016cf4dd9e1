// SPDX-License-Identifier: Apache-2.0
#include "options/server_settings.hpp"

#include <releve/kit/io/host_port.hpp>
#include <releve/kit/text/printable.hpp>

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

std::string in_one_line(std::string_view text) {
    constexpr std::size_t max_bytes = 1000;
    while (text.ends_with('\n')) text.remove_suffix(1);
    std::string line;
    for (const char c : text.substr(0, 2 * max_bytes)) c == '\n' ? line += "; " : line += c;
    return kit::one_line(line, max_bytes);
}

bool is_this_machine(const server_address& at) {
    if (at.host.empty() || at.host == "localhost" || at.host == "::1") return true;
    return at.host.starts_with("127.") && kit::is_address(at.host);
}

} // namespace releve::sql
