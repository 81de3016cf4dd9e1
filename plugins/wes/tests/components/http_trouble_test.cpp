// SPDX-License-Identifier: Apache-2.0
// Servers that are down, slow, half-answering or asking for other credentials.
#include "tests/components/site.hpp"
#include "tests/flood_peer.hpp"

#include <chrono>
#include <memory>
#include <releve/testing/catch.hpp>
#include <sys/socket.h>
#include <thread>

using namespace wes_testing;
using releve::testing::node;
using releve::testing::plugin;
using namespace std::chrono_literals;

namespace {

const std::string a_minute = "connect_timeout = \"1m\"\ntimeout = \"1m\"\n";

/// What a fault does to the first of three servers: its values are gone, with this reason; the others are not affected;
/// all is well again when it is over. Loss and return are each logged once.
void check_fault(const std::string& fault, const std::string& reason) {
    INFO(fault);
    wes_simulator::process wes{noon({"--count", "3"})};
    int collects = 0, silent_since = 0;
    auto setup = real_peers();
    setup.peers_silent = [&] {
        if (silent_since != collects && have_replied(wes, collects)) silent_since = collects;
        return fault.starts_with("slow") && silent_since == collects;
    };
    node n{plugin{}, "wes_http", sections(wes, a_minute), setup};
    REQUIRE(n.start());
    ++collects;
    REQUIRE(n.collect());
    REQUIRE(n.emitted("up").size() == 3);
    REQUIRE(wes.fault("name=" + fault));
    n.forget();
    for (int i = 0; i < 3; ++i) {
        ++collects;
        REQUIRE(n.collect());
    }
    CHECK(n.emitted("apparent_power_drawn", {{"device", "S0"}}).empty());
    CHECK(n.emitted("temperature", {{"device", "S0"}}).empty());
    CHECK(n.last("up", {{"device", "S0"}}).value == 0);
    for (const char* other : {"S1", "S2"}) {
        CHECK(n.emitted("apparent_power_drawn", {{"device", other}}).size() == 3);
        CHECK(n.last("up", {{"device", other}}).value == 1);
    }
    const auto changes = n.health();
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].subject == "S0");
    CHECK_FALSE(changes[0].up);
    CHECK_THAT(changes[0].why, Catch::Matchers::ContainsSubstring(reason));

    REQUIRE(wes.fault("name=none"));
    n.forget();
    for (int i = 0; i < 2; ++i) {
        ++collects;
        REQUIRE(n.collect());
    }
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
    check_fault("slow&seconds=3600", "does not answer within the time limit");
}
TEST_CASE("a server that ends in the middle of its document") { check_fault("cut", "is cut before its end"); }
TEST_CASE("a server that ends before its document") { check_fault("cut&bytes=1", "is cut before its end"); }

TEST_CASE("a reply in pieces is a reply") {
    wes_simulator::process wes{noon()};
    node n{plugin{}, "wes_http", sections(wes), real_peers()};
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
    node n{plugin{}, "wes_http", sections(wes), real_peers()};
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
    node n{plugin{}, "wes_http", sections(wes), real_peers()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    const auto values = n.emitted().size();
    n.forget();
    REQUIRE(wes.fault("name=bad_name"));
    REQUIRE(n.collect());
    CHECK(n.emitted().size() == values);
    CHECK(n.last("up").value == 1);
}

TEST_CASE("a meter whose frames stop is reported as absent, and gives no zero") {
    wes_simulator::process wes{noon()};
    node n{plugin{}, "wes_http", sections(wes), real_peers()};
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

TEST_CASE("a reboot: lost, back, and the counters continue") {
    wes_simulator::process wes{noon({"--count", "2"})};
    node n{plugin{}, "wes_http", sections(wes), real_peers()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    const auto before = n.last("active_energy_drawn_tariff", {{"device", "S0"}, {"register", "HCHP"}}).value;
    REQUIRE(wes.fault("name=reboot&seconds=3600"));
    REQUIRE(n.collect());
    CHECK(n.last("up", {{"device", "S0"}}).value == 0);
    REQUIRE(wes.fault("name=none")); // the hour is over
    n.forget();
    REQUIRE(n.collect());
    CHECK(n.last("active_energy_drawn_tariff", {{"device", "S0"}, {"register", "HCHP"}}).value == before);
}

TEST_CASE("twenty servers, two dead and two slow: sixteen are read as ever") {
    wes_simulator::process wes{noon({"--count", "20"})};
    int collects = 0, silent_since = 0;
    auto setup = real_peers();
    setup.peers_silent = [&] {
        if (silent_since != collects && have_replied(wes, collects, {3, 13})) silent_since = collects;
        return silent_since == collects;
    };
    node n{plugin{}, "wes_http", sections(wes, a_minute), setup};
    for (const std::size_t i : {3U, 13U}) REQUIRE(wes.fault("name=dead", i));
    for (const std::size_t i : {7U, 17U}) REQUIRE(wes.fault("name=slow&seconds=3600", i));
    REQUIRE(n.start());
    for (int i = 0; i < 3; ++i) {
        ++collects;
        REQUIRE(n.collect());
    }
    CHECK(n.emitted("apparent_power_drawn").size() == 48);
    CHECK(n.emitted("up").size() == 60);
    CHECK(n.health().size() == 4);
    for (const char* gone : {"S3", "S7", "S13", "S17"}) CHECK(n.up(gone) == false);
}

TEST_CASE("a server slower than the interval does not delay the others, and is read when it answers") {
    wes_simulator::process wes{noon({"--count", "2"})};
    int collects = 0;
    auto setup = real_peers();
    setup.peers_silent = [&] {
        return wes.truth("held") == 1 && wes.truth("requests", 1) >= collects && wes.truth("answering", 1) == 0;
    };
    node n{plugin{}, "wes_http", sections(wes, long_timeouts, "interval = \"1s\""), setup};
    REQUIRE(wes.fault("name=slow&seconds=3600"));
    REQUIRE(n.start());
    for (int i = 0; i < 3; ++i) {
        ++collects;
        REQUIRE(n.collect());
    }
    CHECK(n.emitted("up", {{"device", "S0"}}).empty());
    CHECK(n.emitted("up", {{"device", "S1"}}).size() == 3);
    REQUIRE(wes.fault("name=none")); // it answers now
    while (n.emitted("up", {{"device", "S0"}}).empty()) REQUIRE(n.collect());
    CHECK(n.last("up", {{"device", "S0"}}).value == 1);
    CHECK(wes.truth("max_answering") == 1);
}

TEST_CASE("a stop ends a collect while a server hangs") {
    wes_simulator::process wes{noon({"--count", "2"})};
    auto setup = real_peers();
    setup.peers_silent = [] { return false; };
    node n{plugin{}, "wes_http", sections(wes), setup};
    REQUIRE(wes.fault("name=slow&seconds=3600"));
    REQUIRE(n.start());
    std::thread stopper{[&] {
        while (wes.truth("requests") < 1) {
        }
        n.ask_to_stop();
    }};
    static_cast<void>(n.collect()); // its outcome does not matter
    stopper.join();
    CHECK(n.steady() < 5min); // its timeout
    CHECK(n.stop());
    CHECK(n.steady() < 5min);
}

TEST_CASE("peers that are not a WES are lost, and give no value") {
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
               std::to_string(wes.port) + " }]\n" + long_timeouts +
               "[source.s]\ncomponent = \"wes_http\"\nconnection = \"c\"\n" + long_interval,
           real_peers()};
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
    CHECK(after("HTTP/1.1 200 OK\r\n\r\n" + good) == 1); // no type
    CHECK(after("HTTP/1.0 200 OK\r\ncontent-type: TEXT/XML;charset=x\r\n\r\n" + good) == 1);
}

TEST_CASE("an element that can't be read costs no other: told once, counted, and told once when it is over") {
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n";
    const auto page = [&](const std::string& period, const std::string& pulses) {
        return head + "<data><tic1><ADCO>041876543210</ADCO><PTEC>" + period +
               "</PTEC><PAP>1240</PAP></tic1><impulsion><PULSE1>" + pulses +
               "</PULSE1></impulsion><temp><SONDE1>21.5</SONDE1></temp></data>";
    };
    flood_peer wes{page("H. Pleines", "1200"), ""};
    node n{plugin{}, "wes_http",
           "[connection.c]\ncomponent = \"wes\"\n" + long_timeouts +
               "servers = [{ name = \"S0\", host = \"127.0.0.1\", port = " + std::to_string(wes.port()) +
               " }]\n[source.s]\ncomponent = \"wes_http\"\nconnection = \"c\"\n" + long_interval,
           real_peers()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.emitted("entries_passed_over").empty());
    CHECK(n.last("tariff_period").text == "H. Pleines");
    n.forget();
    wes.now(page("HP\x1c.", "4294967295"));
    for (int i = 0; i < 3; ++i) REQUIRE(n.collect());
    CHECK(n.last("up").value == 1);
    CHECK(n.emitted("temperature").size() == 3);
    CHECK(n.emitted("apparent_power_drawn").size() == 3);
    CHECK(n.emitted("tariff_period").empty());
    CHECK(n.last("pulse_count").quality == releve::quality::suspect);
    CHECK(n.last("entries_passed_over").value == 2);
    REQUIRE(n.logs("odd_elements").size() == 1);
    CHECK_THAT(n.logs("odd_elements")[0].text, Catch::Matchers::ContainsSubstring("tic1/PTEC has a control character"));
    n.forget();
    wes.now(page("5 \x80", "1202"));
    for (int i = 0; i < 2; ++i) REQUIRE(n.collect());
    CHECK(n.last("tariff_period").text == "5 \xef\xbf\xbd");
    CHECK(n.last("tariff_period").quality == releve::quality::suspect);
    CHECK(n.last("pulse_count").value == 1202);
    CHECK(n.last("pulse_count").quality == releve::quality::good);
    n.forget();
    wes.now(page("H. Creuses", "1203"));
    for (int i = 0; i < 2; ++i) REQUIRE(n.collect());
    CHECK(n.last("tariff_period").quality == releve::quality::good);
    CHECK(n.last("entries_passed_over").value == 0);
    CHECK(n.logs("odd_elements_over").size() == 1);
    CHECK(n.logs("odd_elements").empty());
    CHECK(n.health().empty());
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("servers that send without end do not starve the others, and are read again when they are well") {
    wes_simulator::process wes{noon()};
    const auto before = peak_kib();
    std::vector<std::unique_ptr<flood_peer>> peers;
    std::string servers;
    for (const auto& one : http_floods()) {
        peers.push_back(std::make_unique<flood_peer>(one.first, many(one.endless, 65'536 / one.endless.size())));
        servers += "{ name = \"" + std::string{one.name} +
                   "\", host = \"127.0.0.1\", port = " + std::to_string(peers.back()->port()) + " },\n";
    }
    node n{plugin{}, "wes_http",
           "[connection.c]\ncomponent = \"wes\"\n" + long_timeouts + "servers = [\n" + servers +
               "{ name = \"S0\", host = \"127.0.0.1\", port = " + std::to_string(wes.port()) +
               " }]\n[source.s]\ncomponent = \"wes_http\"\nconnection = \"c\"\n" + long_interval,
           real_peers()};
    REQUIRE(n.start());
    for (int i = 0; i < 3; ++i) REQUIRE(n.collect());
    CHECK(n.emitted("apparent_power_drawn", {{"device", "S0"}}).size() == 3);
    for (const auto& one : http_floods()) {
        INFO(one.name);
        CHECK(n.emitted("up", {{"device", one.name}}).size() == 3);
        CHECK(n.up(one.name) == false);
    }
    CHECK(peak_kib() - before < 64 * 1024);
    CHECK(n.stop());
    CHECK(n.misbehaviour().empty());
}
