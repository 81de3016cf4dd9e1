// SPDX-License-Identifier: Apache-2.0
#include "options/server_url.hpp"

#include "options/percent.hpp"

#include <releve/failure.hpp>
#include <releve/kit/text/number.hpp>

#include <array>
#include <cstdint>

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

int port_of(std::string_view text) {
    const auto port = kit::integer_in<std::uint16_t>(text);
    if (!port || *port == 0) throw bad_option("url", "the port after the host is a number from 1 to 65535");
    return *port;
}

void put_host(server_address& to, std::string_view text) {
    auto host_size = text.rfind(':');
    if (text.starts_with('[')) { // an IPv6 address, whose colons are its own
        const auto end = text.find(']');
        if (end == text.npos) throw bad_option("url", "a '[' before an IPv6 address needs its ']'");
        to.host = text.substr(1, end - 1);
        host_size = end + 1;
    } else {
        to.host = percent_decoded(text.substr(0, host_size));
    }
    if (host_size >= text.size()) return;
    if (text[host_size] != ':') throw bad_option("url", "after ']' comes ':' and the port, or '/' and the database");
    to.port = port_of(text.substr(host_size + 1));
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
