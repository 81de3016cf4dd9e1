// SPDX-License-Identifier: Apache-2.0
// Packets written and read, in order and out of order.
#include "packet/steps.hpp"
#include "packet/texts.hpp"
#include "pdu/base16.hpp"
#include "tests/packet/example.hpp"

#include <releve/testing/catch.hpp>

#include <cmath>
#include <limits>
#include <random>

using namespace packet_example;
using Catch::Matchers::ContainsSubstring;

namespace {

std::vector<packet_record> pass(packet_reader& reader, const std::vector<packet_message>& messages,
                                std::size_t room = sms_octets) {
    std::vector<packet_record> got;
    for (const auto& m : messages) {
        REQUIRE(m.bytes.size() <= room);
        const auto read = reader.read(m.bytes);
        INFO(to_string(read.verdict));
        REQUIRE(read.verdict == packet_verdict::accepted);
        REQUIRE(read.number == m.number);
        got.insert(got.end(), read.records.begin(), read.records.end());
    }
    return got;
}

std::vector<series_definition> many(std::size_t count) {
    std::vector<series_definition> all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back({"series",
                       i % 3 == 0 ? "Wh" : "Cel",
                       {"device=" + std::to_string(i)},
                       static_cast<int>(i % 5) - 2,
                       i % 2 == 0});
    return all;
}

} // namespace

TEST_CASE("texts come through as they are, beside numbers, in as many messages as they need") {
    packet_writer writer{key()};
    packet_reader reader{key()};
    auto all = dictionary();
    all.insert(all.begin() + 1, outcome()); // between two of numbers
    CHECK(pass(reader, writer.define(all)).empty());
    CHECK(reader.state().series == all);
    const std::vector<packet_record> numbers{{midnight, 0, 5, 0}, {midnight, 2, 7, 0}};
    std::vector<packet_record> texts{{-time_limit, 1, 0, 3, ""},
                                     {time_limit, 1, 0, 2, "é€😀"},
                                     {midnight, 1, 0, 1, std::string(longest_text(sms_octets), 'x')},
                                     {-1, 1, 0, 0, "a\nb"}};
    auto sent = texts;
    sent.insert(sent.begin() + 1, numbers.begin(), numbers.end());
    const auto messages = writer.report(sent);
    const auto read = pass(reader, messages);
    auto expected = numbers;
    expected.insert(expected.end(), texts.begin(), texts.end());
    CHECK(read == expected);
    CHECK(messages.size() == 2); // one has numbers and texts
    packet_writer of_numbers{key()}, others{key()};
    of_numbers.define(dictionary());
    others.define(all);
    const std::vector<packet_record> same{{midnight, 0, 5, 0}, {midnight, 1, 7, 0}};
    CHECK(of_numbers.report(same).front().bytes.size() == others.report(numbers).front().bytes.size()); // "all"
}

TEST_CASE("a text that no message has room for is refused, and so is one of a series of numbers") {
    const auto room = GENERATE(sms_octets, sms_octets_base16);
    packet_writer writer{key(), room};
    auto all = dictionary();
    all.push_back(outcome());
    writer.define(all);
    const auto known = writer.state().bytes();
    const auto most = longest_text(room);
    CHECK_THROWS_WITH(writer.report(std::vector<packet_record>{{midnight, 2, 0, 0, std::string(most + 1, 'x')}}),
                      ContainsSubstring("too long"));
    CHECK_THROWS_WITH(writer.report(std::vector<packet_record>{{midnight, 0, 0, 0, "x"}}),
                      ContainsSubstring("one of numbers"));
    CHECK_THROWS_WITH(writer.report(std::vector<packet_record>{{midnight, 2, 1, 0, "x"}}),
                      ContainsSubstring("has no steps"));
    CHECK_THROWS_WITH(writer.report(std::vector<packet_record>{{midnight, 2, 0, 0, "\xe9"}}),
                      ContainsSubstring("not UTF-8"));
    CHECK(writer.state().bytes() == known);
    const auto sent = writer.report(std::vector<packet_record>{{time_limit, 2, 0, 3, std::string(most, 'x')}});
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].bytes.size() <= room);
}

TEST_CASE("what is read is what was written, and both ends then know the same") {
    packet_writer writer{key()};
    packet_reader reader{key()};
    CHECK(pass(reader, writer.define(dictionary())).empty());
    CHECK(reader.state().series == dictionary());
    for (const auto& d : days()) CHECK(pass(reader, writer.report(d)) == d);
    CHECK(reader.state().bytes() == writer.state().bytes());
}

TEST_CASE("any times, any series, any values, any quality: a thousand random reports come through as they were") {
    for (const auto room : {sms_octets, sms_octets_base16}) {
        std::mt19937_64 random{room};
        packet_writer writer{key(), room, 3};
        packet_reader reader{key()};
        const auto series = many(40);
        pass(reader, writer.define(series), room);
        REQUIRE(reader.state().series == series);
        for (int round = 0; round < 500; ++round) {
            std::vector<packet_record> records(1 + random() % 60);
            for (auto& r : records) {
                r.time = midnight * 1000 + static_cast<std::int64_t>(random() % 4) * 3600000;
                if (random() % 20 == 0) r.time = static_cast<std::int64_t>(random()) >> 3;
                r.series = static_cast<std::uint32_t>(random() % series.size());
                r.quality = random() % 4 == 0 ? static_cast<std::uint8_t>(random() % 4) : std::uint8_t{0};
                if (r.quality != quality_absent) r.steps = static_cast<std::int64_t>(random()) >> (10 + random() % 53);
            }
            REQUIRE(pass(reader, writer.report(records), room) == records);
        }
        CHECK(reader.state().bytes() == writer.state().bytes());
    }
}

TEST_CASE("the ends of the ranges come through") {
    packet_writer writer{key(), sms_octets, 9};
    packet_reader reader{key()};
    pass(reader, writer.define(dictionary()));
    std::vector<packet_record> records;
    for (const auto time : {time_limit, -time_limit, std::int64_t{0}, time_limit})
        for (const auto steps : {steps_limit, -steps_limit, std::int64_t{0}, -steps_limit})
            for (std::uint32_t s : {0U, 1U}) records.push_back({time, s, steps, 0});
    CHECK(pass(reader, writer.report(records)) == records);
    CHECK(pass(reader, writer.report(records)) == records);
}

TEST_CASE("what can't be sent is refused with its reason, and nothing is changed") {
    packet_writer writer{key()};
    CHECK_THROWS_WITH(writer.define(std::vector<series_definition>{{""}}), ContainsSubstring("needs a name"));
    CHECK_THROWS_WITH(writer.define(std::vector<series_definition>{{std::string(101, 'x')}}),
                      ContainsSubstring("100 octets"));
    CHECK_THROWS_WITH(writer.report(std::vector<packet_record>{{0, 0, 0, 0}}),
                      ContainsSubstring("not in the dictionary"));
    writer.define(dictionary());
    const auto before = writer.state().bytes();
    CHECK_THROWS_WITH(writer.report(std::vector<packet_record>{{0, 0, steps_limit + 1, 0}}),
                      ContainsSubstring("value"));
    CHECK_THROWS_WITH(writer.report(std::vector<packet_record>{{time_limit + 1, 0, 0, 0}}), ContainsSubstring("time"));
    CHECK_THROWS_WITH(writer.report(std::vector<packet_record>{{0, 0, 1, 3}}), ContainsSubstring("absent"));
    CHECK_THROWS_WITH(writer.report(std::vector<packet_record>{{0, 0, 0, 4}}), ContainsSubstring("quality"));
    CHECK(writer.state().bytes() == before);
    CHECK_THROWS_WITH(packet_writer(octets(16)), ContainsSubstring("32 octets"));
}

TEST_CASE("a dictionary grows, and a number wraps") {
    packet_writer writer{key()};
    packet_reader reader{key()};
    const auto series = many(300);
    pass(reader, writer.define(std::span{series}.first(1)));
    for (int i = 0; i < 66000; ++i) pass(reader, writer.report(std::vector<packet_record>{{midnight + i, 0, i, 0}}));
    pass(reader, writer.define(std::span{series}.subspan(1)));
    CHECK(reader.state().series == series);
    CHECK(reader.state().number == writer.state().number);
}

TEST_CASE("a packet of before is refused, also when numbers have wrapped since") {
    packet_writer writer{key()};
    packet_reader reader{key()};
    const auto first = writer.define(dictionary());
    pass(reader, first);
    const auto old = writer.report(days()[0]);
    pass(reader, old);
    int others = 0;
    for (const int until : {32'766, 32'767, 32'769, 40'000, 49'000}) {
        for (; others < until; ++others)
            pass(reader, writer.report(std::vector<packet_record>{{midnight + others, 0, others, 0}}));
        CHECK(reader.read(first[0].bytes).verdict == packet_verdict::repeated);
        CHECK(reader.read(old[0].bytes).verdict == packet_verdict::repeated);
    }
}

TEST_CASE("a repeated message and an early one are distinguished, and change nothing") {
    const auto all = messages();
    REQUIRE(all.size() == 7);
    packet_reader reader{key()};
    CHECK(reader.read(all[1]).verdict == packet_verdict::early);
    CHECK(reader.read(all[0]).verdict == packet_verdict::accepted);
    CHECK(reader.read(all[0]).verdict == packet_verdict::repeated);
    CHECK(reader.read(all[2]).verdict == packet_verdict::early);
    CHECK(reader.read(all[1]).records == days()[0]);
    CHECK(reader.read(all[2]).records == days()[1]);
    CHECK(reader.read(all[1]).verdict == packet_verdict::repeated);
}

TEST_CASE("an end that knows something else refuses, until the other restarts") {
    packet_writer writer{key()}, restored{key()};
    packet_reader reader{key()};
    pass(reader, writer.define(dictionary()));
    restored.define(dictionary());
    pass(reader, writer.report(days()[0]));
    auto other = days()[0];
    other[0].steps += 1;
    restored.report(other);
    const auto built_on_other = restored.report(days()[1]);
    CHECK(reader.read(built_on_other[0].bytes).verdict == packet_verdict::other_state);
    restored.restart();
    pass(reader, restored.define(dictionary()));
    CHECK(pass(reader, restored.report(days()[2])) == days()[2]);
}

TEST_CASE("base16 is text that is read back, and other text is refused") {
    const octets bytes{0x00, 0x9F, 0xFF};
    CHECK(to_base16(bytes) == "009FFF");
    CHECK(from_base16(" 009fFF\r\n") == bytes);
    CHECK(from_base16("") == octets{});
    for (const auto* text : {"0", "0G", "00 11", "0x11", "INDEX A12", "é"}) CHECK_FALSE(from_base16(text));
}

TEST_CASE("values are exact steps of their resolution, or are reported as inexact") {
    for (int i = -1000; i <= 1000; ++i) CHECK(steps_of(value_of(i, 1), 1) == i);
    CHECK(value_of(3, 1) == 0.3);
    CHECK(steps_of(84.44, 2) == 8444);
    CHECK(steps_of(17076577000.0, -3) == 17076577);
    CHECK_FALSE(steps_of(84.445, 2));
    CHECK(nearest_steps(84.449, 2) == 8445);
    CHECK_FALSE(steps_of(1e300, 2));
    CHECK_FALSE(nearest_steps(std::numeric_limits<double>::quiet_NaN(), 0));
    CHECK_FALSE(nearest_steps(std::numeric_limits<double>::infinity(), 0));
}
