// SPDX-License-Identifier: Apache-2.0
#include "options/databases.hpp"

#include "mysql/dialect.hpp"
#include "options/database_url.hpp"
#include "postgresql/dialect.hpp"
#include "sqlite/dialect.hpp"

#include <releve/failure.hpp>

namespace releve::sql {
namespace {

using namespace releve::literals;

/// Debian's, of the package ca-certificates. Neither client library knows where the system's are.
constexpr auto system_certificates = "/etc/ssl/certs/ca-certificates.crt";

/// With TLS and the server's certificate checked, but on this machine; in clear over a network only by that word.
void put_tls(server_settings& to, const option_values& options) {
    const bool local = is_this_machine(to.at);
    to.tls = options.given("tls") ? options.choice("tls") == "verify" : !local;
    if (to.tls && to.at.host.empty())
        throw bad_option("tls", "a Unix socket has no TLS, and needs none: name a host in url, or leave this out");
    if (!to.tls && options.given("ca")) throw bad_option("ca", "it is for tls = \"verify\"");
    to.ca = options.given("ca") ? options.path("ca") : system_certificates;
    if (to.ca.find_first_of(std::string_view{";\0", 2}) != std::string::npos)
        throw bad_option("ca", "the name of this file can't contain a ';' or a NUL");
}

std::unique_ptr<dialect> server_dialect(const context& host) {
    const auto options = host.options();
    if (!options.path("path").empty()) throw bad_option("url", "path and url name two databases: give one of them");
    for (const auto* key : {"synchronous", "cache"})
        if (options.given(key)) throw bad_option(key, "this is for SQLite; a server has its own setting");
    server_settings settings{.at = server_of(options.text("url")),
                             .password = options.secret("password"),
                             .timeout = options.duration("timeout"),
                             .lock_wait = options.duration("busy_timeout"),
                             .stopping = [&host] { return host.stopping(); }};
    put_tls(settings, options);
    if (settings.password.find('\0') != std::string::npos) throw bad_option("password", "it can't contain a NUL");
    if (settings.lock_wait >= settings.timeout)
        throw bad_option("busy_timeout", "it must be less than timeout, or a lock would be taken for a dead server");
    if (settings.at.is == server_address::kind::mariadb) return std::make_unique<mysql_dialect>(std::move(settings));
    return std::make_unique<postgresql_dialect>(std::move(settings));
}

} // namespace

void describe_databases(option_list& o) {
    o.path("path", "SQLite file; it is created when it is missing").example("\"readings.db\"");
    o.text("url", "Database, instead of path: postgresql://user@host/database, mysql://user@host:port/database, "
                  "sqlite:///folder/file.db")
        .example("\"postgresql://releve@localhost/readings\"");
    o.secret("password", "Password of the url's user on the server").example("{ env = \"RELEVE_DB_PASSWORD\" }");
    o.choice(
        "tls", {"verify", "off"},
        "Connection to a server: with TLS and its certificate checked, or in clear; when not given, verify, but off "
        "on this machine");
    o.path("ca", "File with the certificates to trust, instead of the system's")
        .example("\"/etc/ssl/certs/association.pem\"");
    o.duration("timeout", "Time limit for connecting to a server, and for each of its answers")
        .fallback(10s)
        .at_least(1s)
        .at_most(1h)
        .advanced();
    o.choice("synchronous", {"full", "normal"},
             "SQLite: what a power cut may lose: full nothing that was written, normal the last seconds (fewer writes)")
        .fallback("full");
    o.duration("busy_timeout", "How long to wait for another program that is writing to the database")
        .fallback(5s)
        .at_least(0s)
        .at_most(60s)
        .advanced();
    o.size("cache", "SQLite: memory for pages of the database")
        .fallback("4MiB")
        .at_least("256KiB")
        .at_most("1GiB")
        .advanced();
}

std::unique_ptr<dialect> make_dialect(context& host) {
    const auto options = host.options();
    if (names_a_server(options.text("url"))) return server_dialect(host);
    for (const auto* key : {"password", "timeout", "tls", "ca"})
        if (options.given(key)) throw bad_option(key, "this is for a database server, not for a SQLite file");
    return std::make_unique<sqlite_dialect>(
        host, sqlite_settings{.file = sqlite_file(options),
                              .synchronous = options.choice("synchronous") == "normal" ? "NORMAL" : "FULL",
                              .busy_timeout = options.duration("busy_timeout"),
                              .cache_bytes = options.size("cache")});
}

} // namespace releve::sql
