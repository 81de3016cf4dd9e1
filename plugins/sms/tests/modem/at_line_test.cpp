// SPDX-License-Identifier: Apache-2.0
// What a modem says, in pieces and damaged.
#include "modem/at_line.hpp"
#include "tests/modem/terminal.hpp"

#include <releve/testing/catch.hpp>

#include <poll.h>

#include <deque>

using namespace releve::sms;
using namespace std::chrono_literals;

namespace {

const std::string said = "\r\n+CMTI: \"SM\",3\r\n\r\n+CMGL: 1,0,,24\r\n0791AB\r\n+CDS: 24\r\n0006CC\r\n+CMGL: "
                         "2,1,,10\r\nAABB\r\nRING\r\n\r\nOK\r\n";

struct heard {
    at_answer answer;
    std::vector<at_item> unasked;
};

/// Listens to the pieces one after the other: the next one is said when the one before was read.
heard listen_to(std::deque<std::string> pieces) {
    static const terminal both;
    static serial_port port{both.name.data()};
    if (!port.is_open()) port.open(115'200);
    both.forget_all();
    const auto is_there = [](int fd, int milliseconds) {
        pollfd one{fd, POLLIN, 0};
        return ::poll(&one, 1, milliseconds) == 1;
    };
    const patience how{[&](int fd, short events, nanoseconds) {
                           if (events != POLLIN || is_there(fd, 0)) return true;
                           if (pieces.empty()) return is_there(fd, 20);
                           both.say(pieces.front());
                           pieces.pop_front();
                           return is_there(fd, 1000);
                       },
                       [] { return nanoseconds{0}; }};
    at_line line{port, how};
    heard made;
    made.answer = line.ask("AT+CMGL=4", "+CMGL:", 1s);
    made.unasked = line.take_unasked();
    return made;
}

std::string shown(const heard& of) {
    std::string all = std::to_string(static_cast<int>(of.answer.is));
    for (const auto& one : of.answer.items) all += " [" + one.line + "|" + one.pdu + "]";
    for (const auto& one : of.unasked) all += " <" + one.line + "|" + one.pdu + ">";
    return all;
}

} // namespace

TEST_CASE("an answer is the same in one piece, in two, and octet by octet") {
    const std::string whole =
        R"(0 [+CMGL: 1,0,,24|0791AB] [+CMGL: 2,1,,10|AABB] <+CMTI: "SM",3|> <+CDS: 24|0006CC> <RING|>)";
    CHECK(shown(listen_to({said})) == whole);
    for (std::size_t at = 1; at < said.size(); ++at)
        CHECK(shown(listen_to({said.substr(0, at), said.substr(at)})) == whole);
    std::deque<std::string> octets;
    for (const char c : said) octets.emplace_back(1, c);
    CHECK(shown(listen_to(octets)) == whole);
}

TEST_CASE("an answer that is cut is silence, never a whole one") {
    for (std::size_t size = 0; size + 2 < said.size(); ++size)
        CHECK(listen_to({said.substr(0, size)}).answer.is == at_answer::result::silent);
}

TEST_CASE("with any bit flipped no line is made of two, and none is taken for the other's") {
    for (std::size_t bit = 0; bit < said.size() * 8; ++bit) {
        auto damaged = said;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        const auto got = listen_to({damaged});
        REQUIRE(got.answer.items.size() <= 2);
        REQUIRE(got.unasked.size() <= 5);
        for (const auto& one : got.answer.items) {
            REQUIRE(one.line.starts_with("+CMGL:"));
            REQUIRE(one.pdu != "0006CC"); // the report's
        }
    }
}
