// SPDX-License-Identifier: Apache-2.0
// A lasting refusal is the recipient's, the message's, or about the node's options.
#include "smtp/client.hpp"
#include "tests/mail_server.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <string>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using namespace std::chrono_literals;
using releve::mail::tests::mail_server;

namespace {
struct refusing {
    explicit refusing(const std::string& to)
        : server{mail_server::running()}
        , n{plugin{}, "mail", server.options("plain", "digest = '0s'\nto = " + to)}
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

TEST_CASE("what is about the options loses nothing, however long it lasts, and is said with the option") {
    for (const std::string refusal :
         {"rcpt504_5.5.2_helo", "rcpt554_5.7.1_relay", "rcpt530", "rcpt503", "rcpt550_relay"}) {
        INFO(refusal);
        refusing f{"['" + refusal + "-1@example.org']\n"};
        const auto first = f.n.write(f.alert(1));
        CHECK(first.permanent());
        CHECK_THAT(first.why, ContainsSubstring(refusal + "-1@example.org: 5") && ContainsSubstring("; check '"));
        CHECK(first.count(verdict::keep) == 1);
        f.n.advance(48h);
        const auto later = f.n.write_kept();
        CHECK(later.permanent());
        CHECK(later.count(verdict::keep) == 1);
    }
}

TEST_CASE("where the others get their mail, a blocked recipient is in their way for give_up at most") {
    refusing f{"['a@example.org', 'rcpt550_5.7.1_relay-2@example.org', 'rcpt550_5.1.1-2@example.org']\n"};
    CHECK(f.n.write(f.alert(1)).permanent());
    CHECK(f.server.mails().size() == 1);
    f.n.advance(1h);
    const auto last = f.n.write_kept();
    REQUIRE(last);
    REQUIRE(last.count(verdict::rejected) == 1);
    CHECK_THAT(last.answers[0].why,
               ContainsSubstring("rcpt550_5.7.1_relay-2@example.org: not taken within give_up: 550") &&
                   ContainsSubstring("rcpt550_5.1.1-2@example.org: 550 5.1.1") &&
                   ContainsSubstring("(mailed to a@example.org)"));
    CHECK(f.server.mails().empty());
}

TEST_CASE("a refusal after the message that names the options is retried for give_up, one of the message not at all") {
    refusing blocked{"['data550_5.7.60_sender-1@example.org']\n"};
    const auto first = blocked.n.write(blocked.alert(1));
    CHECK(first.permanent());
    CHECK_THAT(first.why, ContainsSubstring("check 'from'"));
    blocked.n.advance(1h);
    CHECK(blocked.n.write_kept().count(verdict::rejected) == 1);
    refusing content{"['data554_5.6.0-1@example.org']\n"};
    CHECK(content.n.write(content.alert(1)).count(verdict::rejected) == 1);
}
