// SPDX-License-Identifier: Apache-2.0
// A program in the place of the server gets no password, and can neither fill the memory nor hold the node up.
#include "tests/false_server.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <string>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using releve::sql::tests::false_server;

namespace {

std::string options_for(const false_server& of, const char* scheme, const char* host, const std::string& more) {
    return "url = \"" + std::string{scheme} + "://releve@" + host + ":" + std::to_string(of.port()) +
           "/readings\"\npassword = \"s3cret-pass\"\n" + more;
}

constexpr std::size_t much = 256 << 20;

} // namespace

TEST_CASE("MariaDB: a server that asks for the password in clear does not get it") {
    const auto which = GENERATE(false_server::trick::mysql_clear_password, false_server::trick::mysql_dialog);
    false_server peer{which};
    node n{plugin{}, "sql", options_for(peer, "mysql", "127.0.0.1", "tls = \"off\"")};
    const auto started = n.start();
    CHECK(started.permanent());
    CHECK_THAT(started.why, ContainsSubstring("a method that shows it") && ContainsSubstring("ed25519"));
    CHECK_THAT(started.why, !ContainsSubstring("s3cret"));
    CHECK_THAT(peer.heard(), ContainsSubstring("releve") && !ContainsSubstring("s3cret"));
}

TEST_CASE("a server that offers no TLS gets neither the password nor the user's name, when it is not this machine") {
    const auto mariadb = GENERATE(true, false);
    const auto asked = GENERATE(true, false);
    false_server peer{mariadb ? false_server::trick::mysql_no_tls : false_server::trick::postgresql_no_tls};
    // 0.0.0.0 is an address like any other, but it leads here.
    node n{plugin{}, "sql",
           options_for(peer, mariadb ? "mysql" : "postgresql", asked ? "127.0.0.1" : "0.0.0.0",
                       asked ? "tls = \"verify\"" : "")};
    const auto started = n.start();
    CHECK(started.permanent());
    CHECK_THAT(started.why, ContainsSubstring("offers no TLS") && ContainsSubstring("tls = \"off\""));
    CHECK_THAT(peer.heard(), !ContainsSubstring("s3cret") && !ContainsSubstring("releve"));
    CHECK(n.probe().permanent());
}

TEST_CASE("an answer without end is ended, and said, before it fills the memory") {
    const auto mariadb = GENERATE(true, false);
    false_server peer{mariadb ? false_server::trick::mysql_endless : false_server::trick::postgresql_endless};
    node n{plugin{}, "sql",
           options_for(peer, mariadb ? "mysql" : "postgresql", "127.0.0.1", "tls = \"off\"\ntimeout = \"1h\"")};
    const auto started = n.start();
    CHECK(started.transient());
    CHECK_THAT(started.why, ContainsSubstring("sends more than it was asked for"));
    CHECK(peer.sent() > (2 << 20)); // of 4 MiB: what the end cuts off in a call is not counted
    CHECK(peer.sent() < much);
}
