// SPDX-License-Identifier: Apache-2.0
// Servers that are down, slow, half-answering or asking for other credentials.
#include "tests/components/site.hpp"

#include <chrono>
#include <releve/testing/catch.hpp>
#include <sys/socket.h>
#include <thread>

using namespace wes_testing;
using releve::testing::node;
using releve::testing::plugin;
using real_clock = std::chrono::steady_clock;

namespace {

const std::string quick = "connect_timeout = \"400ms\"\ntimeout = \"400ms\"";

/// What a fault does to the first of three servers: its values are gone, with this reason; the others notice nothing;
/// all is well again when it is over, each said once.
void check_fault(const std::string& fault, const std::string& reason) {
    INFO(fault);
    wes_simulator::process wes{noon({"--count", "3"})};
    node n{plugin{}, "wes_http", sections(wes, quick), patient()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    REQUIRE(n.emitted("up").size() == 3);
    REQUIRE(wes.fault("name=" + fault));
    n.forget();
    for (int i = 0; i < 3; ++i) REQUIRE(n.collect());
    CHECK(n.emitted("apparent_power_drawn", {{"device", "S0"}}).empty());
    CHECK(n.emitted("temperature", {{"device", "S0"}}).empty());
    CHECK(n.last("up", {{"device", "S0"}}).value == 0);
    for (const char* other : {"S1", "S2"}) {
        CHECK(n.emitted("apparent_power_drawn", {{"device", other}}).size() == 3);
        CHECK(n.last("up", {{"device", other}}).value == 1);
    }
    const auto changes = n.health();
    REQUIRE(changes.size() == 1); // said once
    CHECK(changes[0].subject == "S0");
    CHECK_FALSE(changes[0].up);
    CHECK_THAT(changes[0].why, Catch::Matchers::ContainsSubstring(reason));

    REQUIRE(wes.fault("name=none"));
    n.forget();
    REQUIRE(n.collect());
    REQUIRE(n.collect());
    CHECK(n.emitted("apparent_power_drawn", {{"device", "S0"}}).size() == 2);
    CHECK(n.last("up", {{"device", "S0"}}).value == 1);
    REQUIRE(n.health().size() == 1);
    CHECK(n.health()[0].up);
    CHECK(n.misbehaviour().empty());
}

} // namespace

TEST_CASE("a server that refuses connections") { check_fault("dead", "refuses the connection"); }
TEST_CASE("a server that asks for other credentials") { check_fault("401", "other credentials (HTTP 401)"); }
TEST_CASE("a server that forbids its page") { check_fault("403", "HTTP 403"); }
TEST_CASE("a server that does not answer in time") {
    check_fault("slow&seconds=60", "does not answer within the time limit");
}
TEST_CASE("a server that ends in the middle of its document") { check_fault("cut", "is cut before its end"); }
TEST_CASE("a server that ends before its document") { check_fault("cut&bytes=1", "is cut before its end"); }

TEST_CASE("a reply in pieces is a reply") {
    wes_simulator::process wes{noon()};
    node n{plugin{}, "wes_http", sections(wes), patient()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    const auto whole = n.emitted();
    n.forget();
    REQUIRE(wes.fault("name=split"));
    REQUIRE(n.collect());
    const auto pieces = n.emitted();
    REQUIRE(pieces.size() == whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        if (whole[i].name() == "response_time") continue;
        CHECK(pieces[i].series == whole[i].series);
        CHECK(pieces[i].value == whole[i].value);
        CHECK(pieces[i].text == whole[i].text);
    }
}

TEST_CASE("a reply that is split after any byte is a reply") {
    wes_simulator::process wes{noon()};
    node n{plugin{}, "wes_http", sections(wes), patient()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    const auto values = n.emitted().size();
    const auto size = wes_simulator::request(wes.port(), wes_simulator::get("/data.cgx")).bytes.size();
    for (std::size_t bytes = 1; bytes < size; bytes += bytes < 160 ? 1 : 97) { // each of the head, some of the page
        REQUIRE(wes.fault("name=split&bytes=" + std::to_string(bytes)));
        n.forget();
        REQUIRE(n.collect());
        INFO(bytes);
        CHECK(n.emitted().size() == values);
        CHECK(n.last("up").value == 1);
    }
}

TEST_CASE("a name that breaks the XML costs no value") {
    wes_simulator::process wes{noon()};
    node n{plugin{}, "wes_http", sections(wes), patient()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    const auto values = n.emitted().size();
    n.forget();
    REQUIRE(wes.fault("name=bad_name"));
    REQUIRE(n.collect());
    CHECK(n.emitted().size() == values);
    CHECK(n.last("up").value == 1);
}

TEST_CASE("a meter whose frames stop is said to be gone, and gives no zero") {
    wes_simulator::process wes{noon()};
    node n{plugin{}, "wes_http", sections(wes), patient()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    n.forget();
    REQUIRE(wes.fault("name=absent_meter"));
    REQUIRE(n.collect());
    CHECK(n.last("meter_present", {{"channel", "tic1"}}).value == 0);
    CHECK(n.emitted("active_energy_drawn_tariff").empty());
    CHECK(n.emitted("apparent_power_drawn").empty());
    CHECK(n.emitted("tariff_period").empty());
    CHECK_FALSE(n.emitted("temperature").empty());
}

TEST_CASE("a reboot: lost, back, and the counters go on") {
    wes_simulator::process wes{noon({"--count", "2"})};
    node n{plugin{}, "wes_http", sections(wes, quick), patient()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    const auto before = n.last("active_energy_drawn_tariff", {{"device", "S0"}, {"register", "HCHP"}}).value;
    REQUIRE(wes.fault("name=reboot&seconds=0.2"));
    REQUIRE(n.collect());
    CHECK(n.last("up", {{"device", "S0"}}).value == 0);
    while (!wes_simulator::request(wes.port(), "X\r\n").connected) {
    }
    n.forget();
    REQUIRE(n.collect());
    CHECK(n.last("active_energy_drawn_tariff", {{"device", "S0"}, {"register", "HCHP"}}).value == before);
}

TEST_CASE("twenty servers, two dead and two slow: sixteen are read as ever") {
    wes_simulator::process wes{noon({"--count", "20"})};
    node n{plugin{}, "wes_http", sections(wes, quick), patient()};
    for (const std::size_t i : {3U, 13U}) REQUIRE(wes.fault("name=dead", i));
    for (const std::size_t i : {7U, 17U}) REQUIRE(wes.fault("name=slow&seconds=60", i));
    REQUIRE(n.start());
    for (int i = 0; i < 3; ++i) REQUIRE(n.collect());
    CHECK(n.emitted("apparent_power_drawn").size() == 48);
    CHECK(n.emitted("up").size() == 60);
    CHECK(n.health().size() == 4);
    for (const char* gone : {"S3", "S7", "S13", "S17"}) CHECK(n.up(gone) == false);
}

TEST_CASE("a server slower than the interval holds nobody, and is read when it answers") {
    wes_simulator::process wes{noon({"--count", "2"})};
    releve::testing::setup how = patient();
    how.peer_timeout = std::chrono::milliseconds{50}; // a wait is over before the slow server is
    node n{plugin{}, "wes_http", sections(wes, "", "interval = \"1s\""), how};
    REQUIRE(wes.fault("name=slow&seconds=1"));
    REQUIRE(n.start());
    int collects = 0;
    while (n.emitted("up", {{"device", "S0"}}).empty() && collects < 1000) {
        REQUIRE(n.collect());
        ++collects;
    }
    CHECK(collects > 1);
    CHECK(n.last("up", {{"device", "S0"}}).value == 1);
    CHECK(n.emitted("up", {{"device", "S1"}}).size() == static_cast<std::size_t>(collects));
    CHECK(wes.truth("answering_most") == 1);
}

TEST_CASE("stop comes within 100 ms while a server hangs") {
    wes_simulator::process wes{noon({"--count", "2"})};
    auto how = patient();
    how.peer_timeout = std::chrono::milliseconds{10}; // as long as this thread looks away
    node n{plugin{}, "wes_http", sections(wes, "timeout = \"60s\"", "interval = \"10m\""), how};
    REQUIRE(wes.fault("name=slow&seconds=60"));
    REQUIRE(n.start());
    real_clock::time_point asked;
    std::thread stopper{[&] {
        while (wes.truth("requests") < 1) {
        }
        asked = real_clock::now();
        n.ask_to_stop();
    }};
    static_cast<void>(n.collect()); // how a collect ends that was told to is no matter
    const auto returned = real_clock::now();
    stopper.join();
    CHECK(returned - asked < std::chrono::milliseconds{100});
    const auto before = real_clock::now();
    CHECK(n.stop());
    CHECK(real_clock::now() - before < std::chrono::milliseconds{100});
}

TEST_CASE("peers that are no WES are lost, never believed") {
    // One listener, one made-up reply for each collect.
    struct peer {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        std::uint16_t port = 0;
        peer() {
            sockaddr_in at{};
            at.sin_family = AF_INET;
            at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            socklen_t size = sizeof at;
            bind(fd, reinterpret_cast<const sockaddr*>(&at), size);
            listen(fd, 4);
            getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
            port = ntohs(at.sin_port);
        }
        ~peer() { close(fd); }
        std::string answer(const std::string& reply) const {
            const int one = accept(fd, nullptr, nullptr);
            std::string asked(4096, '\0');
            asked.resize(static_cast<std::size_t>(recv(one, asked.data(), asked.size(), 0)));
            static_cast<void>(send(one, reply.data(), reply.size(), MSG_NOSIGNAL));
            shutdown(one, SHUT_WR);
            char rest[64];
            while (recv(one, rest, sizeof rest, 0) > 0) {
            }
            close(one);
            return asked;
        }
    } wes;
    node n{plugin{}, "wes_http",
           "[connection.c]\ncomponent = \"wes\"\nservers = [{ name = \"P\", host = \"127.0.0.1\", port = " +
               std::to_string(wes.port) + " }]\n[source.s]\ncomponent = \"wes_http\"\nconnection = \"c\"",
           patient()};
    REQUIRE(n.start());
    const std::string good = "<data><temp><SONDE1>21.5</SONDE1></temp></data>";
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n";
    std::string asked;
    const auto after = [&](const std::string& reply) {
        std::thread peer{[&] { asked = wes.answer(reply); }};
        const auto outcome = n.collect();
        peer.join();
        REQUIRE(outcome);
        return n.last("up").value;
    };
    CHECK(after(head + good) == 1);
    // All of the request was in one segment, with its credentials, and short.
    CHECK(asked.substr(0, 24) == "GET /data.cgx HTTP/1.1\r\n");
    CHECK(asked.find("Authorization: Basic YWRtaW46d2Vz\r\n") != std::string::npos);
    CHECK(asked.substr(asked.size() - 4) == "\r\n\r\n");
    CHECK(asked.size() < 1300);

    CHECK(after("") == 0);
    CHECK(after("nonsense\r\n\r\n" + good) == 0);
    CHECK(after("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + good) == 0);
    CHECK(after("HTTP/1.1 500 Oops\r\nContent-Type: text/xml\r\n\r\n" + good) == 0);
    CHECK(after("HTTP/1.1 302 Found\r\nLocation: /other\r\n\r\n") == 0);
    CHECK(after("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + good) == 0);
    CHECK(after(head + "<html></html>") == 0);
    CHECK(after(head + good + std::string(300 * 1024, ' ')) == 0);
    CHECK(after("HTTP/1.1 200 OK\r\n\r\n" + good) == 1); // no type: looked at
    CHECK(after("HTTP/1.0 200 OK\r\ncontent-type: TEXT/XML;charset=x\r\n\r\n" + good) == 1);
}
