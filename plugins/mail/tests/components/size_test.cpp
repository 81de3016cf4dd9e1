// SPDX-License-Identifier: Apache-2.0
// A server that takes no large mails.
#include "components/size_bound.hpp"
#include "tests/mail_server.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <string>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using releve::mail::size_bound;
using releve::mail::tests::mail_server;

namespace {
struct narrow {
    narrow(const std::string& listener, const std::string& more)
        : server{mail_server::running()}
        , n{plugin{}, "mail", server.options(listener, "digest = '0s'\nmax_per_hour = 1000\n" + more)}
        , boiler{n, "boiler"}
        , power{boiler.gauge("power", "W", {{"where", std::string(200, 'y')}})} {
        server.mails();
        REQUIRE(n.start());
    }
    records alerts(int count) {
        auto batch = boiler.batch();
        for (int i = 0; i < count; ++i) batch.add(power, i, n.now() + std::chrono::seconds{i});
        return batch;
    }
    /// Each record is in one mail, and no mail is above the bound.
    void check_all_arrived(int count) {
        const auto mails = server.mails();
        CHECK(mails.size() > 1);
        std::string all;
        for (const auto& one : mails) {
            CHECK(one.raw.size() <= 8000);
            all += one.text;
        }
        for (int i = 0; i < count; ++i) {
            const auto one = ": " + std::to_string(i) + " W\r\n";
            REQUIRE(all.find(one) != std::string::npos);
            CHECK(all.find(one) == all.rfind(one));
        }
    }
    mail_server& server;
    node n;
    upstream boiler;
    releve::series power;
};
} // namespace

TEST_CASE("a mail above the server's SIZE becomes several") {
    narrow f{"small", "to = ['a@example.org']\n"};
    CHECK(f.n.write(f.alerts(100)).count(verdict::written) == 100);
    f.check_all_arrived(100);
}

TEST_CASE("a mail above a size that the server does not announce becomes several") {
    narrow f{"plain", "to = ['tight-1@example.org']\n"};
    CHECK(f.n.write(f.alerts(100)).count(verdict::written) == 100);
    f.check_all_arrived(100);
}

TEST_CASE("a record that is too large for the server is a dead letter, and the next alert is mailed") {
    for (const std::string listener : {"small", "plain"}) {
        narrow f{listener,
                 "to = ['tight-2@example.org']\nline = '{value}" + std::string(20'000, 'x') + "'\nsubject = 's'\n"};
        const auto answer = f.n.write(f.alerts(2));
        REQUIRE(answer);
        CHECK(answer.count(verdict::rejected) == 2);
        CHECK_THAT(answer.answers[0].why, ContainsSubstring("bytes is too large: 552"));
        CHECK(f.server.mails().empty());
    }
}

TEST_CASE("a recipient whose mailbox takes less gets none of it, where another has it whole") {
    narrow f{"plain", "to = ['a@example.org', 'tight-3@example.org']\n"};
    const auto answer = f.n.write(f.alerts(100));
    REQUIRE(answer);
    CHECK(answer.count(verdict::rejected) == 100);
    CHECK_THAT(answer.answers[0].why,
               ContainsSubstring("tight-3@example.org: a mail of") && ContainsSubstring("(mailed to a@example.org)"));
    CHECK(f.server.mails().size() == 1);
    CHECK(f.n.write(f.alerts(1)).count(verdict::written) == 1);
}

TEST_CASE("the bound is what the server offers, and shrinks below what it refuses; what it takes lets it grow") {
    size_bound one;
    one.offered(1000);
    CHECK(one.bytes() == 1000);
    one.refused(900);
    CHECK(one.bytes() == 450);
    one.refused(450);
    CHECK(one.bytes() == 225);
    for (int i = 0; i < 100; ++i) one.taken();
    CHECK(one.bytes() == 1000);
    one.offered(0);
    CHECK(one.bytes() > 1'000'000'000);
    for (int i = 0; i < 100; ++i) one.refused(1);
    CHECK(one.bytes() == 1);
}
