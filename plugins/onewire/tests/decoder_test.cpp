// SPDX-License-Identifier: Apache-2.0
#include "tests/testdata.hpp"
#include "value_text.hpp"

#include <random>
#include <releve/testing/catch.hpp>

using namespace releve::onewire;
using onewire_testing::reply_bytes;
using onewire_testing::words;

namespace {

struct seen {
    message_event is;
    std::int32_t result;
    std::string payload;
    friend bool operator==(const seen&, const seen&) = default;
};

void drain(reply_reader& reader, std::vector<seen>& to) {
    reply got;
    for (auto event = reader.next(got); event != message_event::none; event = reader.next(got)) {
        if (event == message_event::ping) got = {};
        to.push_back({event, got.result, got.payload});
    }
}

const std::string ping = words({0, 0xffffffff, 0, 0x100, 0, 0});
const std::string stream = reply_bytes(0, std::string{"/10.000010EF0000,/28.000028D70200\0", 34}) + ping +
                           reply_bytes(3, "4.2") + ping + ping + reply_bytes(-1, "") + reply_bytes(0, "");
const std::vector<seen> stream_events{{message_event::reply, 0, std::string{"/10.000010EF0000,/28.000028D70200\0", 34}},
                                      {message_event::ping, 0, ""},
                                      {message_event::reply, 3, "4.2"},
                                      {message_event::ping, 0, ""},
                                      {message_event::ping, 0, ""},
                                      {message_event::reply, -1, ""},
                                      {message_event::reply, 0, ""}};

} // namespace

TEST_CASE("requests are the bytes that were seen on a wire") {
    CHECK(encode({request_type::nop, {}, {}, flag_ownet}) == words({0, 0, 1, 0x100, 0, 0}));
    CHECK(encode({request_type::dirall, "/", {}, flag_ownet}) == words({0, 2, 7, 0x100, 0, 0}) + std::string{"/\0", 2});
    CHECK(encode({request_type::read, "/28.000028D70200/temperature", {}, flag_ownet | flag_trim}) ==
          words({0, 0x1d, 2, 0x140, 65'536, 0}) + std::string{"/28.000028D70200/temperature\0", 29});
    CHECK(encode({request_type::write, "/a", "1", flag_ownet}) ==
          words({0, 4, 3, 0x100, 1, 0}) + std::string{"/a\0001", 4});
}

TEST_CASE("replies, whole, byte by byte, and in a thousand random splits") {
    std::mt19937 random{4304};
    for (int round = 0; round < 1002; ++round) {
        reply_reader reader;
        std::vector<seen> all;
        for (std::size_t at = 0; at < stream.size();) {
            const auto size = round == 0 ? stream.size() : round == 1 ? 1 : 1 + random() % 40;
            reader.feed(std::string_view{stream}.substr(at, size));
            at += size;
            drain(reader, all);
        }
        REQUIRE(all == stream_events);
        REQUIRE(reader.left() == 0);
    }
}

TEST_CASE("a flipped bit in a header costs the value, and gives no other") {
    const auto good = reply_bytes(3, "4.2") + reply_bytes(3, "4.2");
    int lost = 0;
    for (std::size_t bit = 0; bit < reply_reader::header_size * 8; ++bit) {
        auto bytes = good;
        bytes[bit / 8] = static_cast<char>(static_cast<unsigned char>(bytes[bit / 8]) ^ 1U << bit % 8);
        reply_reader reader;
        reader.feed(bytes);
        try {
            reply got;
            if (reader.next(got) == message_event::reply && got.result >= 0) {
                const auto value = value_of(got);
                CHECK(value == "4.2");
            } else {
                ++lost;
            }
        } catch (const bad_message&) {
            ++lost;
        }
    }
    CHECK(lost >= 98); // version, length, result, scale: 32 + 32 + 32 + 2
}

TEST_CASE("a length that no owserver sends is refused before anything is kept for it") {
    for (const std::uint32_t length : {0x7fffffffU, 65'537U, 0x80000000U, 0xfffffffeU}) {
        reply_reader reader;
        reader.feed(words({0, length, 0, 0x100, 0, 0}));
        reply got;
        CHECK_THROWS_AS(reader.next(got), bad_message);
    }
    reply_reader reader;
    reader.feed("HTTP/1.1 400 Bad Request\r\n");
    reply got;
    CHECK_THROWS_AS(reader.next(got), bad_message);
    CHECK_THROWS_AS(value_of({12, flag_ownet, "4.2"}), bad_message);
    CHECK_THROWS_AS(value_of({3, flag_ownet | 0x10000, "4.2"}), bad_message);
}

TEST_CASE("lists and values as owserver prints them") {
    CHECK(entries_of(std::string_view{"/10.0,/28.1\0", 12}) == std::vector<std::string>{"/10.0", "/28.1"});
    CHECK(entries_of("").empty());
    using list = std::vector<std::string>;
    // An alias has any bytes but '/'.
    CHECK(entries_of("/a,b") == list{"/a,b"});
    CHECK(entries_of(std::string_view{"/Greenhouse Peak,/a,b,c,/K\xc3\xbc,/..,/,/b\n,/\xff\0", 42}) ==
          list{"/Greenhouse Peak", "/a,b,c", "/K\xc3\xbc", "/..", "/", "/b\n", "/\xff"});
    CHECK(entries_of("28.0,/29.0") == list{"28.0", "/29.0"}); // told by whoever knows what the list is of
    CHECK(entries_of(",/a") == list{"", "/a"});
    CHECK(number_in("         4.2") == 4.2);
    CHECK(number_in("-127.0625") == -127.0625);
    for (const char* bad : {"", "   ", "4.2x", "4 2", "nan", "inf", "1e999", "--4", "0x10"})
        CHECK_FALSE(number_in(bad));
    CHECK(integers_in("          32,          33", 4'294'967'295) == std::vector<std::int64_t>{32, 33});
    for (const char* bad : {"", "1,", ",1", "1,2", "-1", "a"}) CHECK(integers_in(bad, 1).empty());
}

TEST_CASE("w1_slave: what a kernel printed") {
    const std::string good = "37 01 4b 46 7f ff 09 10 26 : crc=26 YES\n37 01 4b 46 7f ff 09 10 26 t=19437\n";
    const auto got = w1_temperature_in(good, true);
    REQUIRE(got);
    CHECK(got->degrees == 19.437);
    const std::string power_on = "50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n50 05 4b 46 7f ff 0c 10 1c t=85000\n";
    REQUIRE(w1_temperature_in(power_on, true));
    CHECK(w1_temperature_in(power_on, true)->sign == power_on_sign::never_converted);
    CHECK(w1_temperature_in(power_on, false)->sign == power_on_sign::unknown); // of a DS18S20 it proves nothing

    const std::string zeros = "00 00 00 00 00 00 00 00 00 ";
    for (const auto& bad :
         {std::string{}, std::string{"37 01"}, zeros + ": crc=00 YES\n" + zeros + "t=0\n",
          std::string{"ff ff ff ff ff ff ff ff ff : crc=c9 NO\n37 01 4b 46 7f ff 09 10 26 t=19437\n"},
          std::string{"37 01 4b 46 7f ff 09 10 26 : crc=26 NO\n37 01 4b 46 7f ff 09 10 26 t=19437\n"},
          std::string{"37 01 4b 46 7f ff 09 10 26 : crc=26 YES\n37 01 4b 46 7f ff 09 10 26 t=3871437\n"}})
        CHECK_FALSE(w1_temperature_in(bad, true));
    for (std::size_t size = 0; size < good.size(); ++size) CHECK_FALSE(w1_temperature_in(good.substr(0, size), true));

    // A flipped bit: no reading, or one within half a degree (the digits after the scratchpad have no checksum).
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        auto bytes = good;
        bytes[bit / 8] = static_cast<char>(static_cast<unsigned char>(bytes[bit / 8]) ^ 1U << bit % 8);
        const auto read = w1_temperature_in(bytes, true);
        CHECK((!read || std::abs(read->degrees - 19.437) <= 0.501));
    }
}

TEST_CASE("w1_slave of a DS2423: the last two of its lines") {
    const std::string line =
        "00 02 00 00 00 00 00 00 00 6d 38 00 ff ff 00 00 fe ff 00 00 ff ff 00 00 ff ff 00 00 ff ff ff ff "
        "ff ff ff ff ff ff ff ff ff ff crc=YES c=";
    const auto good = line + "1\n" + line + "2\n" + line + "2147483647\n" + line + "-2147483648\n";
    const std::vector<std::int64_t> counters{2'147'483'647, 2'147'483'648}; // the kernel prints them with a sign
    CHECK(w1_counters_in(good) == counters);
    CHECK(w1_counters_in(line + "1\n" + line + "2\n" + line + "3\n" + line + "-1\n") ==
          std::vector<std::int64_t>{3, 4'294'967'295});
    for (std::size_t size = 0; size < good.size(); ++size) CHECK(w1_counters_in(good.substr(0, size)).empty());
    // A flipped bit in what is read of each line, "crc=YES c=" and the line's end.
    const auto end_of_first = good.find('\n') + 1, mark = good.find("crc=");
    for (std::size_t bit = mark * 8; bit < (mark + 10) * 8; ++bit) {
        const auto at = bit / 8 + 2 * end_of_first;
        auto bytes = good;
        bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ 1U << bit % 8);
        CHECK(w1_counters_in(bytes).empty());
    }
    CHECK(w1_counters_in("Connection error").empty());
    CHECK(w1_counters_in(line + "1\n" + line + "2\n" + line + "3\n" + line + "-2147483649\n").empty());
    CHECK(w1_counters_in(line + "1\n" + line + "2\n" + line + "3\n").empty());
    CHECK(w1_counters_in(line + "1\n" + line + "2\n" + line + "3\n" + line + "4294967296\n").empty());
    CHECK(w1_counters_in(line + "1\n" + line + "2\ncrc=NO\n" + line + "4\n").empty());
}

TEST_CASE("which temperatures are accepted") {
    const temperature_rules detect;
    using verdict = temperature_verdict;
    CHECK(judge({21.5}, {}, detect) == verdict::good);
    CHECK(judge({-55}, {}, detect) == verdict::good);
    CHECK(judge({125}, {}, detect) == verdict::good);
    for (const double degrees : {-127.0, -127.0625, 127.9375, 125.1, -55.1, 7000.0})
        CHECK(judge({degrees}, {}, detect) == verdict::out_of_range);
    CHECK(judge({85.0625}, {}, detect) == verdict::good);
    CHECK(judge({85}, {}, detect) == verdict::power_on);
    CHECK(judge({85}, 21.0, detect) == verdict::power_on);
    CHECK(judge({85}, 80.5, detect) == verdict::good);
    CHECK(judge({85, power_on_sign::converted}, 21.0, detect) == verdict::good);
    CHECK(judge({85, power_on_sign::never_converted}, 84.0, detect) == verdict::power_on);
    CHECK(judge({85, power_on_sign::never_converted}, {}, {power_on_rule::accept, 80}) == verdict::good);
    CHECK(judge({85, power_on_sign::converted}, 84.0, {power_on_rule::reject, 80}) == verdict::power_on);
}

TEST_CASE("humidity of a HIH-4000 and a HIH-3600, by their data sheets") {
    // 5 V, 25 degrees, 50 %: VAD = 5 * (0.0062 * 50 * 1.0006 + 0.16)
    const auto percent = relative_humidity(humidity_chip::hih4000, 5 * (0.0062 * 50 * 1.0006 + 0.16), 5, 25);
    REQUIRE(percent);
    CHECK(*percent == Catch::Approx(50));
    CHECK(*relative_humidity(humidity_chip::hih3600, 5 * (0.0062 * 50 * 1.0006 + 0.16), 5, 25) == Catch::Approx(50));
    CHECK_FALSE(relative_humidity(humidity_chip::hih4000, 2, 0, 25));
}
