// SPDX-License-Identifier: Apache-2.0
// A server that refuses, defers, or loses its answer.
#include "tests/mail_server.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <string>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using namespace std::chrono_literals;
using releve::mail::tests::mail_server;

namespace {
struct fixture {
    explicit fixture(const std::string& more, const std::string& listener = "starttls")
        : server{mail_server::running()}
        , n{plugin{}, "mail", server.options(listener, more + "digest = '0s'\n")}
        , boiler{n, "boiler"}
        , power{boiler.gauge("power", "W")} {
        server.mails();
        REQUIRE(n.start());
    }
    records alert(double value) { return boiler.batch().add(power, value, n.now() + std::chrono::seconds{++alerts_}); }
    mail_server& server;
    node n;
    upstream boiler;
    releve::series power;

private:
    int alerts_ = 0;
};
} // namespace

TEST_CASE("greylisted: tried again later, only for that recipient, with the same message") {
    fixture f{"to = ['a@example.org', 'grey-1@example.org', 'b@example.org']\n"};
    const auto first = f.n.write(f.alert(1));
    CHECK(first.transient());
    CHECK_THAT(first.why, ContainsSubstring("grey-1@example.org: 451 4.7.1 greylisted, come back later"));
    CHECK(first.count(verdict::keep) == 1);
    const auto before = f.server.mails();
    REQUIRE(before.size() == 2);
    CHECK(f.n.write_kept().count(verdict::written) == 1);
    const auto after = f.server.mails();
    REQUIRE(after.size() == 1);
    CHECK(after[0]["envelope-to"] == "grey-1@example.org");
    CHECK(after[0].raw == before[0].raw);
    CHECK(f.n.misbehaviour().empty());
}

TEST_CASE("out of room after the message: tried again, with the same Message-ID") {
    fixture f{"to = ['full-1@example.org']\n"};
    const auto first = f.n.write(f.alert(1));
    CHECK(first.transient());
    CHECK_THAT(first.why, ContainsSubstring("452 4.3.1 out of room"));
    CHECK(f.n.write_kept());
    const auto mails = f.server.mails();
    REQUIRE(mails.size() == 2);
    CHECK(mails[0].raw == mails[1].raw);
}

TEST_CASE("the answer to the message is lost: the same mail is sent again, though more records have come since") {
    fixture f{"to = ['cut-1@example.org']\n"};
    const auto first = f.n.write(f.alert(1));
    CHECK(first.transient());
    CHECK_THAT(first.why, ContainsSubstring("before it answered"));
    CHECK(f.n.write_kept().count(verdict::written) == 1);
    CHECK(f.n.write(f.alert(2)));
    const auto mails = f.server.mails();
    REQUIRE(mails.size() == 3);
    CHECK(mails[0]["Message-ID"] == mails[1]["Message-ID"]);
    CHECK(mails[0].raw == mails[1].raw);
    CHECK(mails[2]["Message-ID"] != mails[1]["Message-ID"]);
}

TEST_CASE("after a restart the same records make the same Message-ID; other records another") {
    mail_server::running().mails();
    fixture f{"to = ['cut-2@example.org']\n"};
    const auto batch = f.alert(1);
    CHECK(f.n.write(batch).transient());
    f.n.restart();
    REQUIRE(f.n.start());
    f.n.advance(1h);
    CHECK(f.n.write(batch));
    CHECK(f.n.write(f.alert(1)));
    const auto mails = f.server.mails();
    REQUIRE(mails.size() == 3);
    CHECK(mails[0]["Message-ID"] == mails[1]["Message-ID"]);
    CHECK(mails[2]["Message-ID"] != mails[1]["Message-ID"]);
}

TEST_CASE("a refused recipient is known by name, with the server's sentence; the others have theirs") {
    fixture f{"to = ['a@example.org', 'no-1@example.org', 'b@example.org']\n"};
    const auto answer = f.n.write(f.alert(1));
    REQUIRE(answer);
    REQUIRE(answer.count(verdict::rejected) == 1);
    CHECK(answer.answers[0].why ==
          "no-1@example.org: 550 5.1.1 no such 5.1.1 user here (mailed to a@example.org, b@example.org)");
    CHECK(f.n.up("no-1@example.org") == false);
    CHECK(f.server.mails().size() == 2);
    CHECK(f.n.misbehaviour().empty());
}

TEST_CASE("a refused message is rejected, and does not delay later ones") {
    fixture f{"to = ['spam-1@example.org']\n"};
    const auto answer = f.n.write(f.alert(1));
    REQUIRE(answer);
    REQUIRE(answer.count(verdict::rejected) == 1);
    CHECK(answer.answers[0].why == "spam-1@example.org: 554 5.7.1 looks like spam");
    CHECK(f.n.write(f.alert(2)).count(verdict::rejected) == 1);
}

TEST_CASE("a recipient's \"later\" is followed for give_up, then it is a refusal") {
    fixture f{"to = ['a@example.org', 'never-1@example.org']\ngive_up = '30m'\n"};
    CHECK(f.n.write(f.alert(1)).transient());
    f.n.advance(29min);
    CHECK(f.n.write_kept().transient());
    f.n.advance(1min);
    const auto last = f.n.write_kept();
    REQUIRE(last);
    REQUIRE(last.count(verdict::rejected) == 1);
    CHECK_THAT(last.answers[0].why, ContainsSubstring("not taken within give_up: 452 4.2.2 mailbox full") &&
                                        ContainsSubstring("mailed to a@example.org"));
    CHECK(f.server.mails().size() == 1); // a@ was not mailed again
}

TEST_CASE("a server that ends the session is not a recipient's fault") {
    for (const std::string end : {"bye", "drop"}) {
        fixture f{"to = ['" + end + "-1@example.org']\n"};
        const auto first = f.n.write(f.alert(1));
        CHECK(first.transient());
        CHECK_THAT(first.why, ContainsSubstring("localhost:") && !ContainsSubstring("@example.org"));
        CHECK(first.count(verdict::keep) == 1);
        CHECK(f.n.write_kept().count(verdict::written) == 1);
    }
}

TEST_CASE("a server that does not answer is given up after timeout") {
    auto options = mail_server::running().options("plain", "to = ['slow-1@example.org']\n");
    options.replace(options.find("timeout = '5m'"), 14, "timeout = '1s'");
    node n{plugin{}, "mail", options};
    REQUIRE(n.start());
    upstream boiler{n, "boiler"};
    const auto answer = n.write(boiler.batch().add(boiler.gauge("power", "W"), 1));
    CHECK(answer.transient());
    CHECK_THAT(answer.why, ContainsSubstring("within the time limit"));
    CHECK(answer.count(verdict::keep) == 1);
}

TEST_CASE("a server that has taken the mail and does not answer QUIT has taken it") {
    fixture f{"to = ['noquit-1@example.org']\n"};
    CHECK(f.n.write(f.alert(1)).count(verdict::written) == 1);
    CHECK(f.server.mails().size() == 1);
}

TEST_CASE("a sender that is not allowed to send is a matter of options: nothing is rejected") {
    auto& server = mail_server::running();
    auto options = server.options("starttls", "to = ['a@example.org']\n");
    options.replace(options.find("releve@example.org"), 6, "banned");
    node n{plugin{}, "mail", options};
    REQUIRE(n.start());
    upstream boiler{n, "boiler"};
    const auto answer = n.write(boiler.batch().add(boiler.gauge("power", "W"), 1));
    CHECK(answer.permanent());
    CHECK_THAT(answer.why, ContainsSubstring("550 5.7.1 this sender may not send"));
    CHECK(answer.count(verdict::keep) == 1);
}

TEST_CASE("no server: transient, with its name and port") {
    node n{plugin{}, "mail", "server = '127.0.0.1'\nport = 1\nfrom = 'a@example.org'\nto = ['b@example.org']\n"};
    REQUIRE(n.start());
    upstream boiler{n, "boiler"};
    const auto answer = n.write(boiler.batch().add(boiler.gauge("power", "W"), 1));
    CHECK(answer.transient());
    CHECK_THAT(answer.why, ContainsSubstring("127.0.0.1:1: Connection refused"));
}
