// SPDX-License-Identifier: Apache-2.0
// docs/sms-packets.md shows the octets that the program writes.
#include "packet/frame.hpp"
#include "pdu/base16.hpp"
#include "tests/packet/example.hpp"

#include <releve/testing/catch.hpp>

#include <fstream>
#include <iterator>

namespace {

/// The octets of the document's blocks that begin with ```hexdump: two digits each, up to the line's first |.
std::vector<packet_example::octets> shown() {
    std::ifstream file{"../../docs/sms-packets.md"};
    std::vector<packet_example::octets> blocks;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("```", 0) == 0) {
            inside = line == "```hexdump";
            if (inside) blocks.emplace_back();
        } else if (inside) {
            std::string digits;
            for (char c : line.substr(0, line.find('|')))
                if (c != ' ') digits += c;
            const auto bytes = releve::sms::from_base16(digits);
            REQUIRE(bytes);
            blocks.back().insert(blocks.back().end(), bytes->begin(), bytes->end());
        }
    }
    return blocks;
}

/// The bits of the table after each of those blocks, from its rows that begin with them.
std::vector<std::string> explained() {
    std::ifstream file{"../../docs/sms-packets.md"};
    std::vector<std::string> tables;
    for (std::string line; std::getline(file, line);) {
        if (line == "```hexdump") tables.emplace_back();
        if (tables.empty() || line.rfind("| `", 0) != 0) continue;
        const auto cell = line.substr(2, line.find('|', 2) - 2);
        if (cell.find_first_not_of("01` ") != std::string::npos) continue;
        for (const char c : cell)
            if (c == '0' || c == '1') tables.back() += c;
    }
    return tables;
}

std::string body_bits(const packet_example::octets& message) {
    std::string bits;
    for (auto i = releve::sms::frame_header_size; i + releve::sms::frame_check_size < message.size(); ++i)
        for (int bit = 7; bit >= 0; --bit) bits += (message[i] >> bit & 1) != 0 ? '1' : '0';
    return bits;
}

} // namespace

TEST_CASE("the document explains each bit of the messages' bodies") {
    const auto written = packet_example::messages();
    const auto tables = explained();
    REQUIRE(tables.size() == 4);
    CHECK(tables[1] == body_bits(written[1]));
    CHECK(tables[2] == body_bits(written[4]));
    CHECK(tables[3] == body_bits(written[6]));
}

TEST_CASE("the document's octets are the encoder's") {
    const auto written = packet_example::messages();
    const auto blocks = shown();
    for (const auto& m : written) UNSCOPED_INFO(releve::sms::to_base16(m));
    REQUIRE(blocks.size() == 4);
    CHECK(blocks[0] == written[0]);
    CHECK(blocks[1] == written[1]);
    CHECK(blocks[2] == written[4]);
    CHECK(blocks[3] == written[6]);
}
