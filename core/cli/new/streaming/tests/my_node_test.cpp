// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

namespace rt = releve::testing;
using namespace std::chrono_literals;

TEST_CASE("lines received over TCP become records, however they are split") {
    rt::tcp_device device;
    rt::node node{rt::plugin{}, "my_node", "port = '" + device.url() + "'"};
    REQUIRE(node.start());
    node.run();
    node.feed(device.connection(), "20.5\r\n21");
    CHECK(node.last("value").value == 20.5);
    node.feed(device.connection(), ".5\nnonsense\n");
    CHECK(node.last("value").value == 21.5);
    CHECK(node.metric("bad_lines_total") == 1);
    REQUIRE(node.stop());
    CHECK(node.misbehaviour().empty());
}

TEST_CASE("the same over a serial port") {
    rt::serial_device device;
    rt::node node{rt::plugin{}, "my_node", "speed = 19200\nport = '" + device.path() + "'"};
    REQUIRE(node.start());
    node.run();
    node.feed(device.line(), "20.5\n");
    CHECK(node.last("value").value == 20.5);
}

TEST_CASE("a recorded file is read to its end") {
    rt::node node{rt::plugin{}, "my_node", "port = 'testdata/recorded.txt'"};
    REQUIRE(node.start());
    node.run();
    CHECK(node.emitted("value").size() == 3);
    CHECK_FALSE(node.running());
}

TEST_CASE("a lost or silent connection is a failure, and the host tries again") {
    rt::tcp_device device;
    rt::node node{rt::plugin{}, "my_node", "silence = '30s'\nport = '" + device.url() + "'"};
    REQUIRE(node.start());
    device.connection();
    node.run();
    SECTION("lost") { device.hang_up(); }
    SECTION("silent") { node.advance(30s); }
    node.settle();
    REQUIRE(node.ended());
    CHECK(node.ended()->transient());
    REQUIRE(node.start()); // reopens it
    node.run();
    node.feed(device.connection(), "7\n");
    CHECK(node.last("value").value == 7);
}

TEST_CASE("mistakes in the pipeline file are found before anything starts") {
    CHECK(rt::problems(rt::plugin{}, "my_node", "").size() == 1); // no port
    CHECK(rt::problems(rt::plugin{}, "my_node", "port = 'http://x'").size() == 1);
    CHECK(rt::problems(rt::plugin{}, "my_node", "port = '/dev/ttyS0'\nspeed = 12345").size() == 1);
}
