// SPDX-License-Identifier: Apache-2.0
#include "options/server_url.hpp"

#include "options/percent.hpp"

#include <releve/failure.hpp>
#include <releve/kit/io/host_port.hpp>

#include <array>
#include <cstdint>
#include <stdexcept>

namespace releve::sql {
namespace {

struct scheme {
    std::string_view begin;
    server_address::kind is;
};
constexpr std::array schemes{
    scheme{"mysql://", server_address::kind::mariadb}, scheme{"mariadb://", server_address::kind::mariadb},
    scheme{"postgresql://", server_address::kind::postgresql}, scheme{"postgres://", server_address::kind::postgresql}};

const scheme* scheme_of(std::string_view url) {
    for (const auto& one : schemes)
        if (url.starts_with(one.begin)) return &one;
    return nullptr;
}

void put_host(server_address& to, std::string_view text) {
    if (text.empty()) return; // this machine
    try {
        constexpr std::uint16_t usual = 0;
        auto found = kit::host_port_in(percent_decoded(text), usual);
        to.host = std::move(found.host);
        to.port = found.port;
    } catch (const std::invalid_argument& e) {
        throw bad_option("url", std::string{"what names the server "} + e.what());
    }
}

void put_parameter(server_address& to, std::string_view text) {
    constexpr std::string_view socket = "socket=";
    if (!text.starts_with(socket))
        throw bad_option("url", "after '?' comes socket=/folder/name and nothing else: the Unix socket of a MariaDB "
                                "server, or the folder with that of a PostgreSQL server");
    to.socket = percent_decoded(text.substr(socket.size()));
    if (!to.socket.starts_with('/')) throw bad_option("url", "the path of a socket is absolute");
}

} // namespace

bool names_a_server(std::string_view url) { return scheme_of(url) != nullptr; }

server_address server_of(std::string_view url) {
    const auto& scheme = *scheme_of(url);
    server_address made;
    made.is = scheme.is;
    auto rest = url.substr(scheme.begin.size());
    if (const auto parameters = rest.find('?'); parameters != rest.npos) {
        put_parameter(made, rest.substr(parameters + 1));
        rest = rest.substr(0, parameters);
    }
    const auto slash = rest.find('/');
    auto host = rest.substr(0, slash);
    if (const auto at = host.rfind('@'); at != host.npos) {
        const auto user = host.substr(0, at);
        if (user.find(':') != user.npos)
            throw bad_option("url", "a password is not part of the URL: write it as the option password, best as "
                                    "password = { env = \"NAME\" }");
        made.user = percent_decoded(user);
        host = host.substr(at + 1);
    }
    put_host(made, host);
    made.database = slash == rest.npos ? "" : percent_decoded(rest.substr(slash + 1));
    if (made.database.empty() || made.database.find('/') != std::string::npos)
        throw bad_option("url", "after the host comes '/' and the name of one database, as in \"" +
                                    std::string{scheme.begin} + "releve@localhost/readings\"");
    if (!made.socket.empty() && !made.host.empty())
        throw bad_option("url", "a host and a socket are two servers: with ?socket= leave the host empty");
    for (const auto* text : {&made.user, &made.host, &made.socket, &made.database})
        if (text->find('\0') != std::string::npos) throw bad_option("url", "no part of it can contain a NUL");
    return made;
}

} // namespace releve::sql
