// SPDX-License-Identifier: Apache-2.0
// No secret is sent in clear, or to another server.
#include "tests/mail_server.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using releve::mail::tests::command;
using releve::mail::tests::mail_server;

namespace {

const std::string to = "to = ['a@example.org']\ndigest = '0s'\n";

writing written(node& n) {
    upstream boiler{n, "boiler"};
    return n.write(boiler.batch().add(boiler.gauge("power", "W"), 1));
}

writing written(const std::string& options) {
    node n{plugin{}, "mail", options};
    REQUIRE(n.start());
    return written(n);
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    return text.replace(text.find(what), what.size(), with);
}

bool has_verb(const std::vector<command>& all, const std::string& verb) {
    return std::any_of(all.begin(), all.end(), [&](const command& one) { return one.verb == verb; });
}

} // namespace

TEST_CASE("a login that the server cites is not shown, as AUTH encodes it and in part neither") {
    auto& server = mail_server::running();
    const auto answer = written(replaced(server.options("starttls", to), "user = 'releve'", "user = 'echo'"));
    CHECK(answer.permanent());
    CHECK_THAT(answer.why, ContainsSubstring("535 5.7.8 no: AUTH PLAIN ***") &&
                               !ContainsSubstring("AGVjaG8AczNjcmV0LXdvcmQ") && !ContainsSubstring("czNjcmV0LXdv"));
}

TEST_CASE("a server that offers no TLS gets neither login nor mail") {
    auto& server = mail_server::running();
    server.mails();
    server.commands();
    const auto answer = written(replaced(server.options("plain", to), "'none'", "'required'") +
                                "user = 'releve'\npassword = 's3cret-word'\n");
    CHECK(answer.permanent());
    CHECK_THAT(answer.why, ContainsSubstring("offers no TLS (STARTTLS): nothing was sent"));
    CHECK(answer.count(verdict::keep) == 1);
    CHECK(server.mails().empty());
    const auto commands = server.commands();
    CHECK(has_verb(commands, "EHLO"));
    CHECK_FALSE(has_verb(commands, "AUTH"));
    CHECK_FALSE(has_verb(commands, "MAIL"));
}

TEST_CASE("no connection is used again: no earlier mail, in clear or over TLS, opens a way past the policy") {
    auto& server = mail_server::running();
    server.mails();
    server.commands();
    const auto options = server.options("fickle", "to = ['a@example.org', 'b@example.org']\ndigest = '0s'\n");
    node clear{plugin{}, "mail", replaced(options, "'required'", "'none'")}, secret{plugin{}, "mail", options};
    REQUIRE(clear.start());
    REQUIRE(secret.start());
    const auto sent = [&](const char* tls) { // to each recipient, on a separate connection
        const auto mails = server.mails();
        REQUIRE(mails.size() == 2);
        CHECK(mails[0]["tls"] == tls);
        CHECK(mails[1]["tls"] == tls);
        CHECK(mails[0]["connection"] != mails[1]["connection"]);
    };
    CHECK(written(clear));
    sent("0");
    CHECK(written(secret).permanent()); // to the same host and port, a moment after a mail in clear
    CHECK(server.mails().empty());

    const std::ofstream offer{server.file("offer-tls")};
    CHECK(secret.write_kept());
    sent("1");
    CHECK(written(clear));
    sent("0");
    std::filesystem::remove(server.file("offer-tls")); // taken back, by the server or by somebody in between
    CHECK(written(secret).permanent());
    CHECK(server.mails().empty());
    const auto commands = server.commands();
    const auto in_clear = std::count_if(commands.begin(), commands.end(),
                                        [](const command& one) { return one.verb == "MAIL" && !one.tls; });
    CHECK(in_clear == 4); // those of `clear`
}

TEST_CASE("a certificate of another authority, or for another name, is not trusted") {
    auto& server = mail_server::running();
    server.mails();
    server.commands();
    for (const std::string listener : {"starttls", "implicit"}) {
        const auto options = server.options(listener, to);
        const auto other = written(replaced(options, "/ca.pem", "/other.pem"));
        CHECK(other.permanent());
        CHECK_THAT(other.why, ContainsSubstring("certificate is not trusted"));
        const auto name = written(replaced(options, "'localhost'", "'127.0.0.1'"));
        CHECK(name.permanent());
        CHECK_THAT(name.why, ContainsSubstring("certificate is not trusted"));
        // without ca, the system's certificates count, which do not contain this one
        CHECK(written(replaced(options, "ca = ", "# ca = ")).permanent());
    }
    CHECK(server.mails().empty());
    const auto commands = server.commands();
    CHECK_FALSE(has_verb(commands, "AUTH"));
    CHECK_FALSE(has_verb(commands, "MAIL"));
}

TEST_CASE("a missing file of certificates is reported") {
    auto& server = mail_server::running();
    const auto answer = written(replaced(server.options("starttls", to), "/ca.pem", "/none.pem"));
    CHECK(answer.permanent());
    CHECK_THAT(answer.why, ContainsSubstring("none.pem"));
}

TEST_CASE("a wrong password is permanent, and never in a message") {
    auto& server = mail_server::running();
    const auto answer = written(replaced(server.options("starttls", to), "s3cret-word", "wr0ng-word"));
    CHECK(answer.permanent());
    CHECK_THAT(answer.why, ContainsSubstring("refuses the login of 'releve': 535") && !ContainsSubstring("wr0ng-word"));
    CHECK(answer.count(verdict::keep) == 1);
}

TEST_CASE("a server that offers no login does not get the mail") {
    auto& server = mail_server::running();
    server.mails();
    server.commands();
    const auto answer = written(server.options("nologin", to) + "user = 'releve'\npassword = 's3cret-word'\n");
    CHECK(answer.permanent());
    CHECK_THAT(answer.why, ContainsSubstring("offers no login"));
    CHECK(server.mails().empty());
    CHECK_FALSE(has_verb(server.commands(), "MAIL"));
    CHECK(written(server.options("nologin", to)));
}

TEST_CASE("only tls = \"none\" sends in clear") {
    auto& server = mail_server::running();
    server.mails();
    CHECK(written(server.options("plain", to)));
    const auto mails = server.mails();
    REQUIRE(mails.size() == 1);
    CHECK(mails[0]["tls"] == "0");
}

TEST_CASE("check --online logs in and mails nothing") {
    auto& server = mail_server::running();
    server.mails();
    const auto probed = [&](const std::string& options) {
        node n{plugin{}, "mail", options};
        return n.probe();
    };
    server.commands();
    CHECK(probed(server.options("starttls", to)));
    const auto commands = server.commands();
    CHECK(has_verb(commands, "AUTH"));
    CHECK_FALSE(has_verb(commands, "MAIL"));
    CHECK(probed(replaced(server.options("starttls", to), "s3cret-word", "wr0ng-word")).permanent());
    CHECK(probed("server = '127.0.0.1'\nport = 1\nfrom = 'a@example.org'\nto = ['b@example.org']\n").transient());
    CHECK(server.mails().empty());
}
