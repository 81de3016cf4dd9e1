// SPDX-License-Identifier: Apache-2.0
#include "smtp/dialogue.hpp"

#include <releve/testing/catch.hpp>

#include <string>

using namespace releve::mail;
using step = smtp_dialogue::step;

TEST_CASE("the server's last reply is kept as one sentence of bounded length") {
    smtp_dialogue one{false, false};
    CHECK(one.received("220 mail ESMTP\r\n"));
    CHECK(one.code() == 220);
    one.sent("RCPT TO:<no@example.org>\r\n");
    CHECK(one.at() == step::recipient);
    one.received("550-5.1.1 no such\r\n");
    one.received("550 5.1.1 user here\r\n");
    CHECK(one.code() == 550);
    CHECK(one.reply() == "550 5.1.1 no such 5.1.1 user here");
    for (int i = 0; i < 10'000; ++i) one.received("250-" + std::string(900, 'x') + "\r\n");
    CHECK(one.reply().size() <= 1000);
    CHECK_FALSE(one.taken());
}

TEST_CASE("taken is 250 to the message, not to anything before it") {
    smtp_dialogue one{false, false};
    one.sent("DATA\r\n");
    one.received("354 go on\r\n");
    CHECK_FALSE(one.taken());
    one.received("250-queued\r\n");
    CHECK_FALSE(one.taken());
    one.received("250 as 12345\r\n");
    CHECK(one.taken());
    one.sent("QUIT\r\n");
    one.received("500 what\r\n");
    CHECK(one.taken());
}

TEST_CASE("a required login must be offered after STARTTLS: an offer in clear does not count") {
    smtp_dialogue one{true, true};
    one.received("220 mail\r\n");
    one.sent("EHLO x\r\n");
    CHECK(one.received("250-STARTTLS\r\n"));
    CHECK(one.received("250 AUTH PLAIN\r\n"));
    one.sent("STARTTLS\r\n");
    CHECK(one.received("220 go\r\n"));
    one.sent("EHLO x\r\n");
    CHECK(one.received("250-SIZE\r\n"));
    CHECK_FALSE(one.received("250 HELP\r\n"));
    CHECK(one.login_is_missing());
}

TEST_CASE("data that is sent is not taken for a command, and not kept") {
    smtp_dialogue one{true, false};
    one.sent("AUTH LOGIN\r\n");
    one.sent("cmVsZXZl\r\n");
    CHECK(one.at() == step::login);
    for (const std::string strange : {"", "\r\n", "25", "abc def", "2x0 no"}) CHECK(one.received(strange));
    CHECK(one.code() == 0);
}

TEST_CASE("the server's SIZE is that of its last greeting") {
    smtp_dialogue one{false, true};
    one.sent("EHLO x\r\n");
    one.received("250-SIZE 1000\r\n");
    CHECK(one.size_limit() == 1000);
    one.received("250 size 2000\r\n");
    CHECK(one.size_limit() == 2000);
    one.sent("EHLO x\r\n");
    for (const std::string none : {"SIZE", "SIZE 0", "SIZE x", "SIZE -1", "SIZE 99999999999999999999", "SIZES 3"})
        one.received("250-" + none + "\r\n");
    CHECK(one.size_limit() == 0);
    one.sent("MAIL FROM:<a@b.c>\r\n");
    one.received("250 SIZE 5\r\n");
    CHECK(one.size_limit() == 0);
}

TEST_CASE("replies without end end the session") {
    smtp_dialogue one{false, false};
    std::size_t bytes = 0;
    const std::string line = "250-" + std::string(1000, 'x') + "\r\n";
    while (one.received(line)) {
        bytes += line.size();
        REQUIRE(bytes <= smtp_dialogue::max_bytes);
    }
    CHECK(one.overflowed());
}
