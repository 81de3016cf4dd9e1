// SPDX-License-Identifier: Apache-2.0
#include "decoded.hpp"

#include <frame.hpp>
#include <wire.hpp>

#include <releve/testing/catch.hpp>

using namespace teleinfo_player;

namespace {
std::string sample(mode which) {
    household home{1};
    return frame_of(which, home.at(1'768'474'800), 1);
}
} // namespace

TEST_CASE("a port at the wire's speed hears what is sent, when it is sent", "[wire]") {
    for (const mode which : {mode::historique, mode::standard}) {
        const std::string bytes = sample(which);
        wire line;
        line.send(bytes, baud(which));
        const double byte_s = 10.0 / baud(which);
        CHECK(line.hear(baud(which), 0.9 * byte_s).empty());
        std::string heard = line.hear(baud(which), 100.01 * byte_s);
        CHECK(heard == bytes.substr(0, 100));
        for (double now = 101 * byte_s; now < line.duration_s(); now += 0.0137) heard += line.hear(baud(which), now);
        heard += line.hear(baud(which), line.duration_s());
        CHECK(heard == bytes);
        CHECK(line.duration_s() == Catch::Approx(static_cast<double>(bytes.size()) * byte_s + 0.025).margin(0.001));
    }
}

TEST_CASE("a port at another speed hears bytes, and no group", "[wire]") {
    for (const mode which : {mode::historique, mode::standard}) {
        for (const int port : {300, 1200, 2400, 4800, 9600, 19200, 38400}) {
            if (port == baud(which)) continue;
            CAPTURE(port, baud(which));
            wire line;
            line.send(sample(which), baud(which));
            const std::string heard = line.hear(port, line.duration_s());
            CHECK(heard.size() > 5);
            CHECK(static_cast<double>(heard.size()) <=
                  line.duration_s() * port / 9.5 + 1); // a stop bit is not waited for to its end
            for (const bool standard : {false, true}) {
                for (const auto& frame : decoded::frames_of("\x02" + heard, standard)) CHECK(frame.good.empty());
            }
        }
    }
}

TEST_CASE("a port that changes its speed hears the rest", "[wire]") {
    const std::string bytes = sample(mode::standard);
    wire line;
    line.send(bytes, 9600);
    const std::string garbage = line.hear(1200, line.duration_s() / 2);
    const std::string rest = line.hear(9600, line.duration_s());
    CHECK(rest.size() > bytes.size() / 2 - 20);
    CHECK(rest.ends_with(bytes.substr(bytes.size() - 200)));
}

TEST_CASE("wrong parity arrives as NUL", "[wire]") {
    wire line;
    line.send("A\xC2Z", 1200); // 'B' with the wrong parity
    CHECK(line.hear(1200, 1) == std::string("A\0Z", 3));
}
