// SPDX-License-Identifier: Apache-2.0
// docs/sms-packets.md shows the octets that the program writes.
#include "base16.hpp"
#include "tests/packet_example.hpp"

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

} // namespace

TEST_CASE("the document's octets are the encoder's") {
    const auto written = packet_example::messages();
    const auto blocks = shown();
    for (const auto& m : written) UNSCOPED_INFO(releve::sms::to_base16(m));
    REQUIRE(blocks.size() == 3);
    CHECK(blocks[0] == written[0]);
    CHECK(blocks[1] == written[1]);
    CHECK(blocks[2] == written[4]);
}
