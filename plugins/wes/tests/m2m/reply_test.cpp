// SPDX-License-Identifier: Apache-2.0
#include "m2m/reply.hpp"
#include "m2m/tags.hpp"

#include <releve/testing/catch.hpp>
#include <string>
#include <tuple>

using namespace releve::wes;

namespace {

std::string shown(m2m_reply& reply) {
    switch (reply.is()) {
    case m2m_reply::state::awaited:
        return "awaited";
    case m2m_reply::state::broken:
        return "broken";
    default:
        return "\"" + reply.value() + "\"";
    }
}

std::string after(std::string_view command, std::string_view bytes) {
    m2m_reply reply;
    reply.begin(command);
    reply.feed(bytes);
    return shown(reply);
}

} // namespace

TEST_CASE("a reply of either dialect") {
    CHECK(after("gT100", "1240\n") == "\"1240\"");
    CHECK(after("gT100", "1240\r\n") == "\"1240\"");
    CHECK(after("gT100", "gT100\n=1240\n") == "\"1240\"");
    CHECK(after("gT100", "gT100\r\n=1240\r\n") == "\"1240\"");
    CHECK(after("gT100", "\r\n 1240 \r\n") == "\"1240\"");
    CHECK(after("gT100", "=1240\n") == "\"1240\"");
    CHECK(after("gT100", "gT100\n=\n") == "\"\"");
    CHECK(after("gP102", "338.25 l\n") == "\"338.25 l\"");
    CHECK(after("srl1=1", "RLMB=10\n") == "\"RLMB=10\"");
    CHECK(after("gT100", "") == "awaited");
    CHECK(after("gT100", "1240") == "awaited");
    CHECK(after("gT100", "gT100\n") == "awaited");
}

TEST_CASE("bytes that are not a reply") {
    CHECK(after("gT100", "gT100\n1240\n") == "broken"); // after the command nothing but "=value" follows
    CHECK(after("gT100", "12\xe9"
                         "0\n") == "broken");
    CHECK(after("gT100", std::string("12\0"
                                     "0\n",
                                     5)) == "broken");
    CHECK(after("gT100", std::string(m2m_reply::max_line + 1, '1')) == "broken");
    CHECK(after("gT100", std::string(m2m_reply::max_line, '1')) == "awaited");
}

TEST_CASE("replies in any pieces; what follows is left") {
    for (const std::string bytes : {"gT110\r\n=018234567\r\n", "018234567\n"}) {
        for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
            m2m_reply reply;
            reply.begin("gT110");
            std::size_t taken = reply.feed(std::string_view{bytes}.substr(0, cut));
            CHECK(reply.is() == (cut == bytes.size() ? m2m_reply::state::whole : m2m_reply::state::awaited));
            taken += reply.feed(std::string_view{bytes}.substr(cut));
            CHECK(taken == bytes.size());
            CHECK(shown(reply) == "\"018234567\"");
            CHECK(reply.feed("5\n") == 0);
        }
    }
}

TEST_CASE("a flipped bit never makes a value of a damaged frame: only a digit of the value itself can change") {
    // The protocol has no checksum: within the digits one digit may be another, or end the number where a blank stands.
    for (const auto& [bytes, from, value] : {std::tuple{std::string{"gT110\r\n=018234567\r\n"}, 8U, "018234567"},
                                             {std::string{"018234567\r\n"}, 0U, "018234567"},
                                             {std::string{"338.25 l\n"}, 0U, "338.25"}}) {
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            auto damaged = bytes;
            damaged[bit / 8] = static_cast<char>(static_cast<unsigned char>(damaged[bit / 8]) ^ (1U << (bit % 8)));
            const auto whole = after("gT110", damaged);
            for (std::size_t cut = 0; cut <= damaged.size(); ++cut) { // however it is split, it says the same
                m2m_reply reply;
                reply.begin("gT110");
                reply.feed(std::string_view{damaged}.substr(0, cut));
                reply.feed(std::string_view{damaged}.substr(cut));
                CHECK(shown(reply) == whole);
            }
            m2m_reply reply;
            reply.begin("gT110");
            reply.feed(damaged);
            if (reply.is() != m2m_reply::state::whole) continue;
            const auto number = m2m_number(reply.value());
            if (!number || number == m2m_number(value)) continue;
            INFO(bit << " of " << bytes << ": " << reply.value());
            CHECK((bit / 8 >= from && bit / 8 < from + std::string_view{value}.size()));
        }
    }
}

TEST_CASE("a reply that is cut at any byte is awaited, never a shorter number") {
    for (const std::string bytes : {"gT110\r\n=018234567\r\n", "018234567\n", "RLW1=10000000\r\n"})
        for (std::size_t cut = 0; cut + 1 < bytes.size(); ++cut)
            CHECK(after("gT110", bytes.substr(0, cut)) == "awaited");
}

TEST_CASE("numbers, with and without a unit") {
    CHECK(m2m_number("1240") == 1240);
    CHECK(m2m_number("018234567") == 18234567);
    CHECK(m2m_number("338.25 l") == 338.25);
    CHECK(m2m_number("-3.5") == -3.5);
    for (const auto* none : {"", " ", "-", ".5", "5.", "1,5", "1e3", "0x10", "12a", "+5", "--5", "nan", "inf", "1.2.3",
                             "1234567890123456", "TIC NDERR."})
        CHECK_FALSE(m2m_number(none).has_value());
}

TEST_CASE("tags") {
    CHECK(m2m_tag_named("T100")->row->series == "apparent_power_drawn");
    CHECK(m2m_tag_named("T315")->channel == 3);
    CHECK(m2m_tag_named("W030")->channel == 30);
    CHECK(m2m_tag_named("r002")->channel == 2);
    for (const auto* none : {"", "T", "T400", "T000", "T199", "W031", "W000", "r003", "R001", "t100", "T1000"})
        CHECK_FALSE(m2m_tag_named(none).has_value());
    CHECK(is_m2m_tag("E001"));
    for (const auto* none : {"", "T", "T1", "T10x", "T100\n", "1000", "T1000000", "gT100="})
        CHECK_FALSE(is_m2m_tag(none));
}

TEST_CASE("a reply to a known tag has its decimals and its range") {
    const auto is_value = [](const char* tag, const char* reply) {
        return is_value_of(*m2m_tag_named(tag)->row, reply);
    };
    CHECK(is_value("T100", "1240"));
    CHECK(is_value("T110", "018234567"));
    CHECK(is_value("T110", "999999999"));
    CHECK(is_value("A101", "0.63"));
    CHECK(is_value("W001", "-3.5"));
    CHECK(is_value("W001", "22.0 C"));
    for (const char* bad : {"1240.5", "-1", "1e3", "0x10", "+5", "1,5", "nan", "inf", ""})
        CHECK_FALSE(is_value("T100", bad));
    CHECK_FALSE(is_value("T110", "4294967295")); // all ones, beyond nine digits
    CHECK_FALSE(is_value("T110", "-1"));
    CHECK_FALSE(is_value("A101", "0.635"));
    CHECK_FALSE(is_value("W001", "22.05"));
    CHECK_FALSE(is_value("W001", "850.0"));
}

TEST_CASE("a reply has a bound, whatever it is made of") {
    for (const char* one : {"\n", "\r", " \n", "\r\n"}) {
        std::string bytes;
        while (bytes.size() <= m2m_reply::max_bytes) bytes += one;
        CHECK(after("gT100", bytes) == "broken");
        CHECK(after("gT100", bytes.substr(0, 600) + "1240\n") == "\"1240\"");
    }
}
