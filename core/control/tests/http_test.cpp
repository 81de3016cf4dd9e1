// SPDX-License-Identifier: Apache-2.0
#include "control/http.hpp"

#include <releve/kit/text/percent.hpp>
#include <releve/testing/catch.hpp>

using namespace releve::core;
using Catch::Matchers::ContainsSubstring;

namespace {

/// One byte at a time, as a wire may bring it; stops when no more is needed.
template <class Reader>
http_state feed_slowly(Reader& reader, std::string_view text) {
    auto state = http_state::needs_more;
    for (std::size_t i = 0; i < text.size() && state == http_state::needs_more; ++i)
        state = reader.feed(text.substr(i, 1));
    return state;
}

} // namespace

TEST_CASE("a request is read from bytes as they come") {
    request_reader reader;
    CHECK(feed_slowly(reader, "GET /tap?node=a%20b&series=x*&series=%2A HTTP/1.1\r\nHost: x\r\n\r\n") ==
          http_state::whole);
    CHECK(reader.read().method == "GET");
    CHECK(reader.read().path == "/tap");
    CHECK(reader.read().query == std::map<std::string, std::string>{{"node", "a b"}, {"series", "*"}});
}

TEST_CASE("an address without a query, and one with an empty one") {
    for (const auto* target : {"/status", "/status?", "/%73tatus"}) {
        request_reader reader;
        CHECK(reader.feed("GET " + std::string{target} + " HTTP/1.1\r\n\r\n") == http_state::whole);
        CHECK(reader.read().path == "/status");
        CHECK(reader.read().query.empty());
    }
}

TEST_CASE("text that is not a request is refused with a sentence") {
    for (const auto* text :
         {"hello\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\r\n\r\n\r\n", "GET /x%4 HTTP/1.1\r\n\r\n",
          "GET /x?a=%zz HTTP/1.1\r\n\r\n", "GET /x%00 HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
          "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 99999\r\n\r\n"}) {
        INFO(text);
        request_reader reader;
        CHECK(feed_slowly(reader, text) == http_state::wrong);
        CHECK(!reader.why().empty());
    }
}

TEST_CASE("a header without end is given up at its limit") {
    request_reader reader;
    auto state = reader.feed("GET / HTTP/1.1\r\n");
    std::size_t fed = 0;
    while (state == http_state::needs_more && fed < 2 * request_reader::max_header) {
        state = reader.feed("X: 0123456789\r\n");
        fed += 15;
    }
    CHECK(state == http_state::wrong);
    CHECK(fed <= request_reader::max_header + 15); // noticed with the line that is too much
    CHECK_THAT(reader.why(), ContainsSubstring("too large"));
}

TEST_CASE("a request in chunks is refused before its first chunk, however it says so") {
    for (const auto* field :
         {"Transfer-Encoding: chunked", "transfer-encoding:chunked", "Transfer-Encoding: gzip, chunked",
          "Transfer-Encoding: identity", "Transfer-Encoding:", "Content-Length: 0\r\nTransfer-Encoding: chunked",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "TE: x\r\nTransfer-Encoding: chunked"}) {
        INFO(field);
        request_reader reader;
        CHECK(feed_slowly(reader, "POST /reload HTTP/1.1\r\n" + std::string{field} + "\r\n\r\n") == http_state::wrong);
        CHECK(!reader.why().empty());
    }
    request_reader reader;
    CHECK(reader.feed("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x=aaaa") == http_state::wrong);
    CHECK_THAT(reader.why(), ContainsSubstring("chunks"));
}

TEST_CASE("a body is counted and not kept, and has a limit") {
    request_reader reader;
    CHECK(reader.feed("POST /reload HTTP/1.1\r\nContent-Length: 10\r\n\r\n012") == http_state::needs_more);
    CHECK(reader.feed("34567") == http_state::needs_more);
    CHECK(reader.feed("89") == http_state::whole);
    CHECK(reader.read().path == "/reload");
    const auto largest = std::to_string(request_reader::max_body),
               larger = std::to_string(request_reader::max_body + 1);
    request_reader whole, over;
    CHECK(whole.feed("POST / HTTP/1.1\r\nContent-Length: " + largest + "\r\n\r\n") == http_state::needs_more);
    CHECK(whole.feed(std::string(request_reader::max_body, 'x')) == http_state::whole);
    CHECK(over.feed("POST / HTTP/1.1\r\nContent-Length: " + larger + "\r\n\r\n") == http_state::wrong);
}

TEST_CASE("a response in chunks gives its body as it comes") {
    response_reader reader;
    CHECK(reader.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab\n\r\n") == http_state::needs_more);
    CHECK(reader.status() == 200);
    CHECK(reader.take_body() == "ab\n");
    CHECK(feed_slowly(reader, "2\r\nc\n\r\n") == http_state::needs_more);
    CHECK(reader.take_body() == "c\n");
    CHECK(reader.take_body().empty());
    CHECK(feed_slowly(reader, "0\r\n\r\n") == http_state::whole);
}

TEST_CASE("extensions and trailers of chunks are passed over, up to a bound") {
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    response_reader good;
    CHECK(feed_slowly(good, head + "2;name=value\r\nab\r\n0\r\nX: y\r\n\r\n") == http_state::whole);
    CHECK(good.take_body() == "ab");
    const auto fed_until_wrong = [&](std::string_view begin, std::string_view again) {
        response_reader reader;
        auto state = reader.feed(head + std::string{begin});
        std::size_t fed = 0;
        for (; state == http_state::needs_more && fed < 1'000'000; fed += again.size()) state = reader.feed(again);
        CHECK(state == http_state::wrong);
        return fed;
    };
    CHECK(fed_until_wrong("5;x=", "aaaaaaaaaaaaaaaa") < 20'000);
    CHECK(fed_until_wrong("0\r\n", "X: 01234567890\r\n") < 20'000);
    for (const auto* bad : {"x\r\n", "-1\r\n", "\r\n", "2\r\nabc\r\n", "fffffffffffffffff\r\n", "2\nab\n"}) {
        INFO(bad);
        response_reader reader;
        CHECK(feed_slowly(reader, head + std::string{bad} + "\r\n") == http_state::wrong);
    }
}

TEST_CASE("a response that is cut is not whole") {
    response_reader cut;
    CHECK(cut.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc") == http_state::needs_more);
    CHECK(cut.end() == http_state::wrong);
    response_reader nothing;
    CHECK(nothing.end() == http_state::wrong);
    response_reader whole;
    CHECK(whole.feed("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno") == http_state::whole);
    CHECK(whole.status() == 404);
    CHECK(whole.take_body() == "no");
}

TEST_CASE("percent-encoding is decoded") {
    const std::string odd = "a b&c=d%?+\"{é}*";
    request_reader reader;
    CHECK(reader.feed("GET /x?k=" + releve::kit::percent_encoded(odd) + " HTTP/1.1\r\n\r\n") == http_state::whole);
    CHECK(reader.read().query.at("k") == odd);
}
