// SPDX-License-Identifier: Apache-2.0
// Which parts are of one message, and the text of all of them.
#include "pdu/base16.hpp"
#include "pdu/gsm7.hpp"
#include "pdu/parts.hpp"

#include <releve/testing/catch.hpp>

using namespace releve::sms;

namespace {

constexpr std::int64_t begin_s = 1'767'225'600;

struct part_of {
    std::string text;
    int number = 1, total = 2, after_s = 0, reference = 3;
    std::string sender = "+33612345678", centre = "+33609001390";
    std::uint8_t protocol = 0, coding = 0;
    bool wide = false;
    octets units = {};

    /// As it comes from the network.
    message_part received(std::size_t which) const {
        sms_deliver message;
        message.sender = address_of(sender);
        message.protocol = protocol;
        message.time = pdu_time{begin_s + after_s, 4};
        message.data = {coding,
                        {header_of({static_cast<std::uint16_t>(reference), wide, static_cast<std::uint8_t>(total),
                                    static_cast<std::uint8_t>(number)})},
                        text,
                        {}};
        message.data.units = units;
        const auto read = read_pdu(write_pdu({address_of(centre), message}));
        const auto& deliver = std::get<sms_deliver>(read.message);
        return {which, read.service_centre, deliver, concatenation_of(deliver.data).value()};
    }
};

std::vector<part_set> sets(const std::vector<part_of>& all) {
    std::vector<message_part> parts;
    for (const auto& one : all) parts.push_back(one.received(parts.size()));
    return sets_of(std::move(parts));
}

octets utf16(const std::string& hex) { return from_base16(hex).value(); }

} // namespace

TEST_CASE("parts of one message come together in any order, and twice") {
    const auto all = sets({{.text = "c", .number = 3, .total = 3, .after_s = 20},
                           {.text = "a", .number = 1, .total = 3},
                           {.text = "b", .number = 2, .total = 3, .after_s = 50},
                           {.text = "a", .number = 1, .total = 3}});
    REQUIRE(all.size() == 1);
    CHECK(all[0].is_complete());
    CHECK_FALSE(all[0].is_mixed);
    CHECK(all[0].again.size() == 1);
    CHECK(all[0].text().text == "abc");
    CHECK(all[0].text().is_whole);
}

TEST_CASE("parts that differ in what a message has only once are of two messages") {
    const auto other = GENERATE(values<part_of>({{.text = "b", .number = 2, .after_s = 3600},
                                                 {.text = "b", .number = 2, .after_s = 120},
                                                 {.text = "b", .number = 2, .after_s = -120},
                                                 {.text = "b", .number = 2, .total = 3},
                                                 {.text = "b", .number = 2, .reference = 4},
                                                 {.text = "b", .number = 2, .wide = true},
                                                 {.text = "b", .number = 2, .sender = "+33612345679"},
                                                 {.text = "b", .number = 2, .centre = "+33609001391"},
                                                 {.text = "b", .number = 2, .protocol = 0x41},
                                                 {.text = "b", .number = 2, .coding = 8},
                                                 {.text = "b", .number = 1}}));
    const auto all = sets({{.text = "a", .number = 1}, other});
    REQUIRE(all.size() == 2);
    CHECK_FALSE(all[0].is_complete());
    CHECK_FALSE(all[1].is_complete());
    CHECK(all[0].missing() == 1);
}

TEST_CASE("parts of two messages with one reference are told apart by their time; where they can't be, that is known") {
    const auto apart = sets({{.text = "a1", .number = 1},
                             {.text = "a2", .number = 2, .after_s = 5},
                             {.text = "b1", .number = 1, .after_s = 300},
                             {.text = "b2", .number = 2, .after_s = 305}});
    REQUIRE(apart.size() == 2);
    CHECK(apart[0].text().text == "a1a2");
    CHECK(apart[1].text().text == "b1b2");
    CHECK_FALSE(apart[0].is_mixed);
    const auto at_once = sets({{.text = "a1", .number = 1},
                               {.text = "b1", .number = 1, .after_s = 1},
                               {.text = "a2", .number = 2, .after_s = 2},
                               {.text = "b2", .number = 2, .after_s = 3}});
    REQUIRE(at_once.size() == 2);
    CHECK(at_once[0].is_mixed);
    CHECK(at_once[1].is_mixed);
}

TEST_CASE("a character that is cut between two parts is one; beside a missing part it is not") {
    const auto joined =
        sets({{.text = "", .number = 1, .coding = 8, .units = utf16("0041D83D")},
              {.text = "", .number = 2, .after_s = 3, .coding = 8, .units = utf16("DE000020006F006B")}});
    REQUIRE(joined.size() == 1);
    CHECK(joined[0].text().text == "A\U0001F600 ok");
    CHECK(joined[0].text().is_whole);
    const auto in_octets = sets({{.text = "", .number = 1, .coding = 8, .units = utf16("004100")},
                                 {.text = "", .number = 2, .after_s = 3, .coding = 8, .units = utf16("42")}});
    CHECK(in_octets.at(0).text().text == "AB");
    const auto septets = sets({{.text = "", .number = 1, .units = {'5', gsm7_escape}},
                               {.text = "", .number = 2, .after_s = 3, .units = {0x65, '!'}}});
    CHECK(septets.at(0).text().text == "5\u20ac!");
    CHECK(septets.at(0).text().is_whole);
    const auto gap =
        sets({{.text = "", .number = 1, .total = 3, .coding = 8, .units = utf16("0041D83D")},
              {.text = "", .number = 3, .total = 3, .after_s = 3, .coding = 8, .units = utf16("DE000042")}});
    REQUIRE(gap.size() == 1);
    CHECK(gap[0].text().text == "A\ufffd\ufffdB");
    CHECK_FALSE(gap[0].text().is_whole);
}

TEST_CASE("NULs at the end are no text; what is no text within is replaced, and that is known") {
    const auto read = [](const std::string& hex, std::uint8_t coding = 8) {
        sms_deliver message;
        message.sender = address_of("+33612345678");
        message.data.coding = coding;
        message.data.units = utf16(hex);
        const auto again = read_pdu(write_pdu({{}, message}));
        const auto* data = &std::get<sms_deliver>(again.message).data;
        return text_of({&data, 1});
    };
    CHECK(read("0041004200000000").text == "AB");
    CHECK(read("0041004200000000").is_whole);
    CHECK(read("00410000004200").text == "A\ufffdB");
    for (const auto* one :
         {"004100000042", "0041001B0042", "004100850042", "0041007F0042", "0041D83D0042", "0041DC000042"}) {
        CHECK(read(one).text == "A\ufffdB");
        CHECK_FALSE(read(one).is_whole);
    }
    CHECK(read("0041000A0009000D0042").is_whole);
    CHECK(read("0000").text.empty());
}

TEST_CASE("a text of a national table is not taken for one of the default table") {
    user_data data{0, {{0x25, {1}}}, "abc", {}};
    const auto* one = &data;
    data.units = {'a', 'b', 'c'};
    CHECK_FALSE(text_of({&one, 1}).is_whole);
    data.headers = {{0x24, {0}}}; // the default one
    CHECK(text_of({&one, 1}).is_whole);
}
