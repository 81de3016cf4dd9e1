// SPDX-License-Identifier: Apache-2.0
// What a modem says, in pieces and damaged.
#include "modem/at_line.hpp"
#include "tests/modem/terminal.hpp"

#include <releve/testing/catch.hpp>

#include <poll.h>
#include <sys/ioctl.h>

#include <deque>

using namespace releve::sms;
using namespace std::chrono_literals;

namespace {

const std::string said = "\r\n+CMTI: \"SM\",3\r\n\r\n+CMGL: 1,0,,24\r\n0791AB\r\n+CDS: 24\r\n0006CC\r\n+CMGL: "
                         "2,1,,10\r\nAABB\r\nRING\r\n\r\nOK\r\n";

struct heard {
    at_response response;
    std::vector<at_item> unsolicited;
};

/// Listens to the pieces one after the other: the next one is sent when the one before was read.
heard listen_to(std::deque<std::string> pieces) {
    static const terminal both;
    static releve::kit::serial_port port{both.name.data(), {.speed = 115'200}};
    both.forget_all();
    // The kernel passes bytes on a moment later: all sent bytes are awaited, and time passes when all were sent.
    releve::duration now{};
    std::size_t unread = 0;
    const auto is_there = [&](int fd) {
        int size = 0;
        for (int waited = 0; waited < 60'000; ++waited) {
            if (::ioctl(fd, FIONREAD, &size) != 0 || static_cast<std::size_t>(size) >= unread) break;
            ::poll(nullptr, 0, 1);
        }
        return size > 0;
    };
    const releve::kit::waiter wait{[&](std::span<releve_wait> fds, releve::duration timeout) {
                                       auto& one = fds.front();
                                       if (one.events == RELEVE_READABLE && !is_there(one.fd)) {
                                           if (pieces.empty()) return void(now += timeout);
                                           both.say(pieces.front());
                                           unread = pieces.front().size();
                                           pieces.pop_front();
                                           is_there(one.fd);
                                           unread = 0;
                                       }
                                       one.revents = one.events;
                                   },
                                   [&] { return now; }};
    at_line line{port, wait};
    heard made;
    made.response = line.send("AT+CMGL=4", "+CMGL:", 1s);
    made.unsolicited = line.take_unsolicited();
    return made;
}

std::string shown(const heard& of) {
    std::string all = std::to_string(static_cast<int>(of.response.is));
    for (const auto& one : of.response.items) all += " [" + one.line + "|" + one.pdu + "]";
    for (const auto& one : of.unsolicited) all += " <" + one.line + "|" + one.pdu + ">";
    return all;
}

} // namespace

TEST_CASE("a response is the same in one piece, in two, and octet by octet") {
    const std::string whole =
        R"(0 [+CMGL: 1,0,,24|0791AB] [+CMGL: 2,1,,10|AABB] <+CMTI: "SM",3|> <+CDS: 24|0006CC> <RING|>)";
    CHECK(shown(listen_to({said})) == whole);
    for (std::size_t at = 1; at < said.size(); ++at)
        CHECK(shown(listen_to({said.substr(0, at), said.substr(at)})) == whole);
    std::deque<std::string> octets;
    for (const char c : said) octets.emplace_back(1, c);
    CHECK(shown(listen_to(octets)) == whole);
}

TEST_CASE("a response that is cut off is silence, never a whole one") {
    for (std::size_t size = 0; size + 2 < said.size(); ++size)
        CHECK(listen_to({said.substr(0, size)}).response.is == at_response::result::silent);
}

TEST_CASE("with any bit flipped no line is made of two, and a response is never taken for an unsolicited line") {
    for (std::size_t bit = 0; bit < said.size() * 8; ++bit) {
        auto damaged = said;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        const auto got = listen_to({damaged});
        REQUIRE(got.response.items.size() <= 2);
        REQUIRE(got.unsolicited.size() <= 5);
        for (const auto& one : got.response.items) {
            REQUIRE(one.line.starts_with("+CMGL:"));
            REQUIRE(one.pdu != "0006CC"); // the report's
        }
    }
}

TEST_CASE("a modem that never ends is silent when its time is over, and takes little room") {
    const std::string piece = GENERATE("\r\n", "A", "> ", "+CMGL: 1,0,,24\r\n0791AB\r\n", "+CMGL: 1,0,,24\r\n",
                                       "+CDS: 24\r\n0006CC\r\n", "0791AB\r\n");
    std::string much;
    while (much.size() < 1000) much += piece;
    const terminal both;
    releve::kit::serial_port port{both.name.data(), {.speed = 115'200}};
    releve::duration now{};
    const releve::kit::waiter wait{[&](std::span<releve_wait> fds, releve::duration) {
                                       auto& one = fds.front();
                                       if (one.events == RELEVE_READABLE) {
                                           both.say(much);
                                           pollfd polled{one.fd, POLLIN, 0};
                                           ::poll(&polled, 1, 60'000);
                                       }
                                       now += 1ms;
                                       one.revents = one.events;
                                   },
                                   [&] { return now; }};
    at_line line{port, wait};
    const auto got = line.send("AT+CMGL=4", "+CMGL:", 1s);
    CHECK(got.is == at_response::result::silent);
    CHECK(now <= 1s + 2ms);
    CHECK(got.items.size() <= at_line::max_items);
    CHECK(line.take_unsolicited().size() <= at_line::max_unsolicited);
}
