// SPDX-License-Identifier: Apache-2.0
#include "smtp/verdict.hpp"

#include <releve/testing/catch.hpp>

#include <string>

using namespace releve::mail;
using Catch::Matchers::ContainsSubstring;

namespace {

using enum refusal_cause;
using at = smtp_dialogue::step;

refusal_verdict of_reply(const std::string& reply, at step, bool submitted = false) {
    return verdict_of(std::stoi(reply), reply, step, submitted);
}
refusal_cause about(const std::string& reply, at step = at::recipient, bool submitted = false) {
    return of_reply(reply, step, submitted).about;
}
refusal_cause of_message(const std::string& reply) { return about(reply, at::message, true); }

} // namespace

TEST_CASE("5.5.x and 5.7.x are about the options, and name those to look at") {
    const auto helo = of_reply("504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname", at::recipient);
    CHECK(helo.about == options);
    CHECK(helo.look_at == "'hello'");
    CHECK(of_reply("554 5.7.1 <a@b.c>: Relay access denied", at::recipient).look_at == "'user' and 'password'");
    CHECK(of_reply("553 5.7.1 <r@b.c>: Sender address rejected: not owned by user", at::recipient).look_at == "'from'");
    CHECK(of_reply("550 5.7.26 unauthenticated mail: check your DMARC policy", at::message, true).about == options);
    CHECK(of_reply("550 5.7.60 client does not have permissions to send as this sender", at::message, true).look_at ==
          "'from'");
    CHECK(of_reply("554 5.7.10 Encryption needed", at::recipient).look_at == "'tls' and 'port'");
    for (const auto* one : {"550 5.5.0 no", "503 5.5.1 no", "501 5.5.4 no", "550 5.7.0 no", "550 5.7.1 no",
                            "550-5.7.133 no", "530 5.7.0 no", "535 5.7.8 no", "550 5.3.0 no", "521 5.3.2 no"}) {
        INFO(one);
        CHECK(about(one) == options);
        CHECK_FALSE(of_reply(one, at::recipient).look_at.empty());
    }
}

TEST_CASE("5.1.x, 5.2.x and 5.4.x are about the recipient; 5.1.7 and 5.1.8 about the sender") {
    for (const auto* one : {"550 5.1.1 no such user", "550 5.1.2 no", "553 5.1.3 no", "550 5.1.6 moved",
                            "556 5.1.10 null MX", "550 5.2.0 no", "550 5.2.1 disabled", "552 5.2.2 full",
                            "550 5.4.1 no", "550 5.4.4 no", "550 5.7.17 no", "504 5.1.1 relay"}) {
        INFO(one);
        CHECK(about(one) == recipient);
        CHECK(of_reply(one, at::recipient).look_at.empty());
    }
    CHECK(of_reply("550 5.1.8 sender's domain", at::recipient).look_at == "'from'");
    CHECK(of_reply("553 5.1.7 sender's syntax", at::recipient).look_at == "'from'");
    CHECK(of_reply("550 5.1.0 rejected", at::sender).look_at == "'from'");
}

TEST_CASE("without an enhanced code the basic one says it, and where it has several meanings the words do") {
    for (const auto* one :
         {"500 what", "501 no", "502 no", "503 no", "504 no", "521 no", "530 no", "535 no", "555 no", "571 no",
          "550 relay not permitted", "554 Relay access denied", "550 HELO argument", "550 SPF fails",
          "553 sorry, that domain isn't in my list of allowed rcpthosts", "504 5.0.0 no", "550 5.0.0 relaying denied"})
        CHECK(about(one) == options);
    for (const auto* one :
         {"550 no such user", "550", "551 user not local", "552 mailbox full", "553 mailbox name not allowed", "554 no",
          "556 no", "550 5.0.0 unknown user", "550 5.x.1", "550 5.1", "550 5.-1.2", "550 5.9999.1"})
        CHECK(about(one) == recipient);
}

TEST_CASE("after the message, content is the message's") {
    for (const auto* one : {"554 5.7.1 looks like spam", "554 5.6.0 no", "550 5.7.0 blocked", "554 no", "550 spam"})
        CHECK(of_message(one) == message);
    for (const auto* one : {"554 5.5.1 no", "550 5.7.60 no", "550 5.3.0 no", "530 no", "503 no"})
        CHECK(of_message(one) == options);
    CHECK(about("554 5.5.1 no valid recipients", at::message) == options);
}

TEST_CASE("what is about the size says so before, with and after the message") {
    for (const auto step : {at::sender, at::recipient, at::message}) {
        CHECK(about("552 5.3.4 too big", step) == size);
        CHECK(about("550 5.2.3 too big", step) == size);
        CHECK(about("554 5.3.4 too big", step) == size);
    }
    CHECK(about("552 too big", at::sender) == size);
    CHECK(of_message("552 too big") == size);
    CHECK(about("552 5.7.1 no", at::sender) == options);
}
