// SPDX-License-Identifier: Apache-2.0
// PDUs: published ones, written and read, damaged, and as gammu reads them.
#include "pdu/base16.hpp"
#include "pdu/gsm7.hpp"
#include "pdu/pdu.hpp"

#include <releve/testing/catch.hpp>

#include <cstdio>
#include <fstream>
#include <memory>
#include <random>

using namespace releve::sms;
using Catch::Matchers::ContainsSubstring;

namespace {

octets hex(std::string_view text) { return from_base16(text).value(); }

const std::string every_character = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
                                    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

pdu deliver_of(user_data data) {
    sms_deliver m;
    m.sender = address_of("+33612345678");
    m.time = pdu_time{1795537205, 0};
    m.data = std::move(data);
    return {address_of("+33609001390"), m};
}

pdu submit_of(user_data data) {
    sms_submit m;
    m.recipient = address_of("+33612345678");
    m.valid_seconds = 86400;
    m.data = std::move(data);
    return {{}, m};
}

/// Messages of all kinds.
std::vector<pdu> samples() {
    std::vector<pdu> all;
    octets binary(140);
    for (std::size_t i = 0; i < binary.size(); ++i) binary[i] = static_cast<std::uint8_t>(i * 7);
    for (const auto& text :
         {std::string{"hellohello"}, std::string{"21.5°C"}, std::string{"[45 €]"}, std::string{"漢字 😀"},
          every_character, std::string(153, 'x') + "[suite]", std::string(400, 'e'), std::string{}})
        for (const auto& part : split_text(text, 0x1234, text.size() % 2 == 0)) {
            all.push_back(deliver_of(part));
            all.push_back(submit_of(part));
        }
    binary.resize(300, 0xA5);
    for (const std::size_t size : {0U, 1U, 140U, 141U, 300U})
        for (const auto& part : split_octets(std::span{binary}.first(size), 66, false)) all.push_back(deliver_of(part));
    for (const auto status : octets{0x00, 0x30, 0x46})
        all.push_back(
            {address_of("+33609001390"), sms_status_report{85, address_of("+33612345678"), false,
                                                           pdu_time{1795537205, 0}, pdu_time{1795537260, 0}, status}});
    auto named = deliver_of(split_text("Bonjour", 0)[0]);
    std::get<sms_deliver>(named.message).sender = address_of("TONIQUE");
    all.push_back(named);
    std::get<sms_deliver>(named.message).sender = address_of("38656");
    all.push_back(named);
    return all;
}

} // namespace

TEST_CASE("a published SUBMIT") {
    const auto bytes = hex("0011000B916407281553F80000AA0AE8329BFD4697D9EC37");
    const auto read = read_pdu(bytes);
    const auto& m = std::get<sms_submit>(read.message);
    CHECK(read.service_centre.text.empty());
    CHECK(m.recipient == pdu_address{"+46708251358", 0x91});
    CHECK(m.valid_seconds == 4 * 86400);
    CHECK(m.data.text == "hellohello");
    CHECK(write_pdu(read) == bytes);
    CHECK(tpdu_size(bytes) == bytes.size() - 1);
}

TEST_CASE("a published DELIVER: a zone, a number of a national kind") {
    const auto bytes = hex("07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37");
    const auto read = read_pdu(bytes);
    const auto& m = std::get<sms_deliver>(read.message);
    CHECK(read.service_centre.text == "+27381000015");
    CHECK(m.sender == pdu_address{"27838890001", 0xC8});
    CHECK_FALSE(m.more);
    REQUIRE(m.time);
    CHECK(m.time->quarters == 8);
    CHECK(m.time->seconds % 86400 == 13 * 3600 + 16 * 60 + 59); // 15:16:59 at +2 h
    CHECK(m.data.text == "hellohello");
    CHECK(write_pdu(read) == bytes);
    CHECK(tpdu_size(bytes) == bytes.size() - 8);
}

TEST_CASE("the default alphabet and its extension are one to one") {
    const auto septets = to_septets(every_character);
    REQUIRE(septets);
    CHECK(septets->size() == 127);
    CHECK(from_septets(*septets) == every_character);
    CHECK(to_septets("€") == octets{0x1B, 0x65});
    const std::string extended = "\f^{}\\[~]|€";
    CHECK(to_septets(extended)->size() == 20);
    CHECK(from_septets(*to_septets(extended)) == extended);
    for (const auto* text : {"°", "漢", "ç", "\x1B", "\xFF", "\xC0\x80", "\xED\xA0\x80", "\xE2\x82"})
        CHECK_FALSE(to_septets(text));
    CHECK(from_septets(octets{0x1B, 0x41, 0x1B, 0x1B, 0x1B}) == "A  ");
}

TEST_CASE("septets pack as 23.038 has it, with and without filling bits") {
    CHECK(pack_septets(*to_septets("hellohello")) == hex("E8329BFD4697D9EC37"));
    CHECK(pack_septets(*to_septets("€")) == hex("9B32"));
    std::vector<std::uint8_t> septets;
    for (unsigned n = 0; n <= 160; ++n) {
        for (unsigned fill = 0; fill < 7; ++fill)
            CHECK(unpack_septets(pack_septets(septets, fill), n, fill) == septets);
        septets.push_back(static_cast<std::uint8_t>(n % 128));
    }
}

TEST_CASE("what is written is what is read") {
    for (const auto& message : samples()) {
        const auto bytes = write_pdu(message);
        INFO(to_base16(bytes));
        CHECK(read_pdu(bytes) == message);
        CHECK(tpdu_size(bytes) <= 164 + 2);
    }
}

TEST_CASE("a long text is cut between characters, and is whole again when joined") {
    std::string text;
    for (const auto* piece : {"€", "[", "a", "😀", "é"}) {
        text.clear();
        for (int i = 0; i < 700; ++i) text += i % 3 == 0 ? piece : "b";
        for (const bool wide : {false, true}) {
            std::string joined;
            const auto parts = split_text(text, 300, wide);
            for (std::size_t i = 0; i < parts.size(); ++i) {
                const auto read = read_pdu(write_pdu(deliver_of(parts[i])));
                const auto& data = std::get<sms_deliver>(read.message).data;
                const auto c = concatenation_of(data);
                REQUIRE(c);
                CHECK(c->total == parts.size());
                CHECK(c->part == i + 1);
                CHECK(c->reference == (wide ? 300 : 300 % 256));
                joined += data.text;
            }
            CHECK(joined == text);
        }
    }
    CHECK(split_text(std::string(160, 'a'), 1).size() == 1);
    CHECK(split_text(std::string(161, 'a'), 1).size() == 2);
    CHECK(split_text(std::string(306, 'a'), 1, false).size() == 2);
    CHECK(split_text(std::string(305, 'a'), 1, true).size() == 3);
    CHECK(split_octets(octets(268), 1, false).size() == 2);
    CHECK_THROWS_WITH(split_octets(octets(40000), 1), ContainsSubstring("255 messages"));
}

TEST_CASE("a concatenation that makes no sense is ignored") {
    for (const auto& d : {octets{1, 0, 0}, octets{1, 2, 3}, octets{1, 2, 0}, octets{1, 2}})
        CHECK_FALSE(concatenation_of({4, {{0, d}}, {}, {}}));
    CHECK(concatenation_of({4, {{5, {0x0B, 0x84, 0, 0}}, {8, {1, 2, 2, 1}}}, {}, {}}) ==
          concatenation{0x0102, true, 2, 1});
}

TEST_CASE("times east and west, and octets that name none") {
    for (const int quarters : {0, 4, 8, -20, 22, 51, -48})
        for (const std::int64_t seconds : {946771200LL, 1795478399LL, 1709208000LL, 4102300000LL}) {
            octets out;
            write_time(out, pdu_time{seconds, quarters});
            CHECK(read_time(std::span<const std::uint8_t, 7>{out}) == pdu_time{seconds, quarters});
        }
    for (const auto* wrong :
         {"00000000000000", "62314271020000", "62111371020000", "62114242020000", "62114271060000", "FFFFFFFFFFFFFF"})
        CHECK_FALSE(read_time(std::span<const std::uint8_t, 7>{hex(wrong)}));
}

TEST_CASE("validities are never shorter than asked for") {
    for (int octet = 0; octet < 256; ++octet) {
        const auto minutes = validity_minutes(static_cast<std::uint8_t>(octet));
        CHECK(validity_octet(minutes) == octet);
        if (octet < 255) CHECK(validity_octet(minutes + 1) == octet + 1);
    }
    CHECK(validity_minutes(0xA7) == 24 * 60);
    const auto enhanced = read_pdu(hex("0009000B916407281553F80000032130400000000161"));
    CHECK(std::get<sms_submit>(enhanced.message).valid_seconds == 12 * 3600 + 3 * 60 + 4);
}

TEST_CASE("what does not fit is refused in words") {
    CHECK_THROWS_WITH(write_pdu(submit_of({0, {}, std::string(161, 'a'), {}})), ContainsSubstring("160 septets"));
    CHECK_THROWS_WITH(write_pdu(submit_of({4, {}, {}, octets(141)})), ContainsSubstring("140 octets"));
    CHECK_THROWS_WITH(write_pdu(submit_of({0, {}, "漢", {}})), ContainsSubstring("GSM-7"));
    auto m = submit_of({});
    std::get<sms_submit>(m.message).recipient = {"+33-6", 0x91};
    CHECK_THROWS_WITH(write_pdu(m), ContainsSubstring("not a telephone number"));
    std::get<sms_submit>(m.message).recipient = address_of("+123456789012345678901");
    CHECK_THROWS_WITH(write_pdu(m), ContainsSubstring("20 digits"));
    CHECK_THROWS_WITH(read_pdu(hex("0003")), ContainsSubstring("reserved"));
    CHECK_THROWS_WITH(read_pdu(hex("")), ContainsSubstring("service centre"));
}

TEST_CASE("cut anywhere, a message is an error; with any bit flipped or at random, an error or a message, never more") {
    std::size_t errors = 0, messages = 0;
    const auto read = [&](const octets& bytes) {
        try {
            read_pdu(bytes);
            ++messages;
            return true;
        } catch (const pdu_error&) {
            ++errors;
            return false;
        }
    };
    std::mt19937 random{5};
    for (const auto& sample : samples()) {
        const auto bytes = write_pdu(sample);
        for (std::size_t size = 0; size < bytes.size(); ++size)
            if (read({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)})) FAIL("cut at " << size);
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            auto flipped = bytes;
            flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
            read(flipped);
        }
        for (int i = 0; i < 200; ++i) {
            octets any(random() % 180);
            for (auto& b : any) b = static_cast<std::uint8_t>(random());
            if (!any.empty()) any[0] = static_cast<std::uint8_t>(any[0] & 7U);
            read(any);
        }
    }
    CHECK(errors > 0);
    CHECK(messages > 0);
}

namespace {

std::string line_of_gammu(const char* type, const pdu_address& who, const user_data& data, const char* time) {
    octets header;
    for (const auto& h : data.headers) {
        header.push_back(h.id);
        header.push_back(static_cast<std::uint8_t>(h.data.size()));
        header.insert(header.end(), h.data.begin(), h.data.end());
    }
    if (!header.empty()) header.insert(header.begin(), static_cast<std::uint8_t>(header.size()));
    const auto alphabet = alphabet_of(data.coding);
    std::string line = type;
    line += '|' + who.text + '|';
    line += alphabet == pdu_alphabet::data8  ? "8bit"
            : alphabet == pdu_alphabet::ucs2 ? "Unicode_No_Compression"
                                             : "Default_No_Compression";
    line += '|' + to_base16(header) + '|';
    line += to_base16(alphabet == pdu_alphabet::data8 ? data.bytes : octets{data.text.begin(), data.text.end()});
    return line + '|' + time + "|0";
}

std::string line_of_gammu(const pdu& message) {
    if (const auto* d = std::get_if<sms_deliver>(&message.message))
        return line_of_gammu("Deliver", d->sender, d->data, "20261124162005");
    const auto& s = std::get<sms_submit>(message.message);
    return line_of_gammu("Submit", s.recipient, s.data, "");
}

} // namespace

TEST_CASE("gammu reads in our messages what we wrote") {
    std::vector<pdu> sent;
    const std::string path = "pdu_oracle." + std::to_string(std::random_device{}());
    {
        std::ofstream file{path};
        for (const auto& m : samples())
            if (!std::holds_alternative<sms_status_report>(m.message)) {
                file << to_base16(write_pdu(m)) << '\n';
                sent.push_back(m);
            }
    }
    const auto command = "/usr/bin/python3 tests/pdu/pdu_oracle.py " + path;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe{::popen(command.c_str(), "r"), ::pclose};
    REQUIRE(pipe);
    std::vector<std::string> lines;
    char buffer[2048];
    while (std::fgets(buffer, sizeof buffer, pipe.get()) != nullptr) {
        lines.emplace_back(buffer);
        lines.back().pop_back();
    }
    std::remove(path.c_str());
    REQUIRE(lines.size() == sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) CHECK(lines[i] == line_of_gammu(sent[i]));
}
