// SPDX-License-Identifier: Apache-2.0
#include "components/connection.hpp"

#include <releve/failure.hpp>

#include <algorithm>
#include <set>

namespace releve::wes {
namespace {

using namespace releve::literals;

/// Until a server is free for a question.
constexpr duration question_timeout = 1min;
// The head of a request must fit in one TCP segment (a WES reads only the first): these leave 600 bytes of it.
constexpr std::size_t max_path = 128, max_name = 64;

bool is_graphic_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

} // namespace

void wes_connection::describe(option_list& o) {
    o.tables(
         "servers", "The servers",
         [](option_list& server) {
             server.text("name", "Name of the server; the label `device` of its series").required().example("\"A11\"");
             server.text("host", "Address or host name").required().example("\"192.168.1.111\"");
             server.integer("port", "Port of its web pages").fallback(80).at_least(1).at_most(65535);
             server.integer("m2m_port", "Port of its M2M interface").fallback(1500).at_least(1).at_most(65535);
             server.text("user", "Account of its web pages").fallback("admin");
             server.secret("password", "Password of the account; the factory's when none is given").fallback("wes");
             server.integer("ftp_port", "Port of its FTP").fallback(21).at_least(1).at_most(65535);
             server.text("ftp_user", "Account of its FTP").fallback("adminftp");
             server.secret("ftp_password", "Password of that account; the factory's when none is given")
                 .fallback("wesftp");
         })
        .required()
        .at_least(1)
        .at_most(10'000)
        .example("[{ name = \"A11\", host = \"192.168.1.111\" }]");
    o.duration("connect_timeout", "Longest wait for a connection").fallback(3s).at_least(10ms).at_most(1min);
    o.duration("timeout", "Longest wait for a whole reply").fallback(10s).at_least(10ms).at_most(5min);
    o.text("path", "Page that is read").fallback("/data.cgx").advanced();
}

wes_connection::wes_connection(context& host) {
    const auto options = host.options();
    const auto path = options.text("path");
    if (!path.starts_with('/') || path.size() > max_path || !is_graphic_ascii(path))
        throw bad_option("path", "a path begins with '/', has no blank and at most 128 characters");
    std::set<std::string> names;
    for (const auto& given : options.tables("servers")) {
        const auto at = "servers[" + std::to_string(servers_.size()) + "].";
        auto& one = servers_.emplace_back();
        one.name = given.text("name");
        if (one.name.empty() || one.name.size() > max_name)
            host.refuse(at + "name", "a server's name has 1 to 64 bytes");
        else if (!names.insert(one.name).second)
            host.refuse(at + "name", "another server has the name '" + one.name + "': give each its own");
        one.request.host = given.text("host");
        if (!kit::is_host(one.request.host))
            host.refuse(at + "host",
                        "is not an address or host name; port, path and password have options of their own");
        one.request.port = static_cast<std::uint16_t>(given.integer("port"));
        one.request.user = given.text("user");
        one.request.password = given.secret("password");
        if (one.request.user.size() > max_name || !is_graphic_ascii(one.request.user) ||
            one.request.user.find(':') != std::string::npos)
            host.refuse(at + "user", "a user name has at most 64 ASCII characters, no blank and no ':'");
        if (one.request.password.size() > max_name) host.refuse(at + "password", "is longer than 64 bytes");
        one.ftp_port = static_cast<std::uint16_t>(given.integer("ftp_port"));
        one.ftp_user = given.text("ftp_user");
        one.ftp_password = given.secret("ftp_password");
        one.request.path = path;
        one.request.connect_timeout = options.duration("connect_timeout");
        one.request.timeout = options.duration("timeout");
        one.m2m = {.at = {one.request.host, static_cast<std::uint16_t>(given.integer("m2m_port"))},
                   .connect_timeout = one.request.connect_timeout,
                   .timeout = one.request.timeout};
    }
    turns_ = std::make_unique<kit::turn[]>(servers_.size());
}

std::optional<std::size_t> wes_connection::server_of(const question& asked) const {
    const auto host = asked.word("host");
    if (!host) throw bad_option("host", "which server? its address, or its name in the pipeline file");
    const auto port = asked.word("port").value_or("80");
    for (std::size_t i = 0; i < servers_.size(); ++i)
        if (servers_[i].name == *host ||
            (servers_[i].request.host == *host && std::to_string(servers_[i].request.port) == port))
            return i;
    return std::nullopt;
}

server_address wes_connection::address_of(std::size_t server) const {
    const auto& one = servers_[server];
    return {.host = one.request.host,
            .port = one.request.port,
            .user = one.request.user,
            .password = one.request.password,
            .m2m_port = one.m2m.at.port,
            .ftp_port = one.ftp_port,
            .ftp_user = one.ftp_user,
            .ftp_password = one.ftp_password,
            .connect_timeout = one.request.connect_timeout,
            .timeout = one.request.timeout};
}

std::optional<std::string> wes_connection::reply(const question& asked) {
    const auto server = server_of(asked);
    if (!server) return std::nullopt;
    if (asked.word("known")) return servers_[*server].name;
    const auto name = std::find_if(resource_names.begin(), resource_names.end(),
                                   [&](const char* one) { return asked.word(one).has_value(); });
    if (name == resource_names.end()) throw bad_option("page", "what of it? a page, a tag, a folder or a file");
    const auto wait = kit::poll_waiter(asked.stop_fd());
    const reserved_server reserved{*this, *server, wait, question_timeout};
    try {
        return direct_transport(address_of(*server), wait)
            ->fetch(static_cast<resource>(name - resource_names.begin()), *asked.word(*name));
    } catch (const unreachable& e) {
        throw transient_error(e.what());
    }
}

reserved_server::reserved_server(wes_connection& of, std::size_t server, const kit::waiter& wait, duration timeout) try
    : turn_{of.turn(server), wait, timeout} {
} catch (const kit::io_failure& e) {
    throw transient_error(of.servers()[server].name + " " + e.what());
}

} // namespace releve::wes
