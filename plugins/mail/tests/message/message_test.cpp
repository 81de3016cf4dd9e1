// SPDX-License-Identifier: Apache-2.0
#include "components/pace.hpp"
#include "message/message.hpp"

#include <releve/kit/text/hash.hpp>
#include <releve/testing/catch.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace releve::mail;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("a header is unchanged where that is safe, else encoded words of at most 75 characters, folded") {
    CHECK(header_text("[les-tilleuls] boiler: 21.5") == "[les-tilleuls] boiler: 21.5");
    CHECK(header_text("\u00e9t\u00e9") == "=?UTF-8?B?w6l0w6k=?=");
    CHECK(header_text("=?UTF-8?B?w6l0w6k=?=") !=
          "=?UTF-8?B?w6l0w6k=?="); // the characters themselves, not what they encode
    const auto folded = header_text(std::string(3, 'x') + std::string(200, '\xff') + "\u00e9");
    std::size_t begin = 0;
    while (begin < folded.size()) {
        const auto end = std::min(folded.find("\r\n ", begin), folded.size());
        CHECK(end - begin <= 75);
        CHECK(folded.compare(begin, 10, "=?UTF-8?B?") == 0);
        begin = end + 3;
    }
}

TEST_CASE("nothing in a header ends it") {
    for (const std::string evil :
         {"a\r\nBcc: x@example.org", "a\nBcc: x", "a\rBcc: x", "a\r\n\r\nbody", "\u2028Bcc: x"}) {
        const auto value = header_text(evil);
        for (std::size_t i = 0; i < value.size(); ++i)
            if (value[i] == '\r' || value[i] == '\n')
                CHECK(value.compare(i - (value[i] == '\n' ? 1 : 0), 3, "\r\n ") == 0);
        CHECK(value.find("Bcc:") == std::string::npos);
    }
}

TEST_CASE("base64 with every padding, in lines of 76") {
    CHECK(base64_lines("").empty());
    CHECK(base64_lines("f") == "Zg==\r\n");
    CHECK(base64_lines("fo") == "Zm8=\r\n");
    CHECK(base64_lines("foobar") == "Zm9vYmFy\r\n");
    CHECK(base64_lines(std::string(58, 'a')).find("\r\n") == 76);
}

TEST_CASE("a message is ASCII, with CRLF as the only line end") {
    const auto message = message_of({.date = "Mon, 23 Nov 2026 14:03:22 +0100",
                                     .from = "releve@example.org",
                                     .from_name = "\u00c9cole \"du\" Nord",
                                     .to = {"a@example.org", "b@example.org"},
                                     .subject = "\u00e9t\u00e9",
                                     .identity = "0123",
                                     .text = "\u00e9t\u00e9\r\n.\r\n",
                                     .html = "<p>\u00e9</p>"});
    CHECK(std::all_of(message.begin(), message.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
    CHECK(std::count(message.begin(), message.end(), '\n') == std::count(message.begin(), message.end(), '\r'));
    CHECK_THAT(message, ContainsSubstring("Message-ID: <0123@example.org>\r\n"));
    CHECK_THAT(message, ContainsSubstring("To: a@example.org,\r\n b@example.org\r\n"));
}

TEST_CASE("the fingerprint in a Message-ID is the same for equal values in each process, and differs for others") {
    const auto of = [](auto... parts) {
        releve::kit::fingerprint made;
        (made.add(parts), ...);
        return made.text();
    };
    CHECK(of(std::string_view{"les-tilleuls"}, std::int64_t{1}) == "670ea71d0489b02fb4d766842ddb4fd1");
    std::set<std::string> all;
    for (std::int64_t i = 0; i < 10'000; ++i) all.insert(of(std::string_view{"a"}, i));
    CHECK(all.size() == 10'000);
    CHECK(of(std::string_view{"ab"}, std::string_view{"c"}) != of(std::string_view{"a"}, std::string_view{"bc"}));
    CHECK(of(std::string_view{""}, std::string_view{"a"}) != of(std::string_view{"a"}, std::string_view{""}));
}

TEST_CASE("a gap after each mail, and a maximum per hour") {
    pace one{1min, 3};
    CHECK(one.next(0s) == 0s);
    one.sent(10s);
    CHECK(one.rested() == 70s);
    CHECK(one.next(10s) == 70s);
    one.sent(70s);
    one.sent(130s);
    CHECK(one.rested() == 190s);
    CHECK(one.next(130s) == 10s + 1h);
    one.sent(10s + 1h);
    CHECK(one.next(10s + 1h) == 70s + 1h);
}
