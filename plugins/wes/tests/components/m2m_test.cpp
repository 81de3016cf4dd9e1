// SPDX-License-Identifier: Apache-2.0
// wes_m2m against the simulator: the real plugin, on real connections.
#include "tests/components/site.hpp"
#include "tests/flood_peer.hpp"

#include <cmath>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <releve/testing/catch.hpp>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

using namespace wes_testing;
using Catch::Approx;
using namespace std::chrono_literals;
using releve::testing::node;
using releve::testing::plugin;

namespace {

std::string m2m_sections(const wes_simulator::process& wes, const std::string& options,
                         const std::string& connection = long_timeouts) {
    std::string toml = "[connection.c]\ncomponent = \"wes\"\n" + connection + "servers = [\n";
    for (std::size_t i = 0; i < wes.size(); ++i) {
        const auto port = std::to_string(wes.port(i));
        toml += "{ name = \"S" + std::to_string(i) + "\", host = \"127.0.0.1\", port = " + port +
                ", m2m_port = " + port + " },\n";
    }
    return toml + "]\n[source.s]\ncomponent = \"wes_m2m\"\nconnection = \"c\"\n" + options + "\n";
}

constexpr auto some_tags = R"(every = "10s"
tags = [{ tag = "T100", every = "2s" }, { tag = "T110" }, { tag = "W001", name = "living_room" }, { tag = "r001" },
        { tag = "P102", series = "volume_of_day", unit = "l" }])";

/// A port that accepts connections and answers none.
class silent_port {
public:
    silent_port()
        : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        if (::bind(fd_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(fd_, 4096) != 0 ||
            ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
            throw std::runtime_error("no free port");
        number_ = ntohs(at.sin_port);
    }
    ~silent_port() { ::close(fd_); }
    silent_port(const silent_port&) = delete;
    silent_port& operator=(const silent_port&) = delete;
    int number() const { return number_; }
    /// All that were ever made: none is taken from the queue.
    std::size_t connections() const {
        tcp_info queue{};
        socklen_t size = sizeof queue;
        ::getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &queue, &size);
        return queue.tcpi_unacked;
    }

private:
    int fd_, number_ = 0;
};

bool until(node& n, const std::function<bool()>& done) { return n.run_until(done, 24h); }

} // namespace

TEST_CASE("both dialects give the same values") {
    for (const std::string dialect : {"a", "b"}) {
        INFO(dialect);
        wes_simulator::process wes{noon({"--m2m", dialect})};
        node n{plugin{}, "wes_m2m", m2m_sections(wes, some_tags), real_peers()};
        REQUIRE(n.start());
        n.run();
        REQUIRE(until(n, [&] { return !n.emitted("volume_of_day").empty(); }));
        CHECK(wes.truth("connections") == 2); // one for all commands, one for this question
        CHECK(n.last("up", {{"device", "S0"}}).value == 1);
        CHECK(n.last("apparent_power_drawn", {{"channel", "tic1"}}).value ==
              std::floor(wes.truth("apparent_power_va")));
        const auto index = n.last("active_energy_drawn_index", {{"index", "1"}});
        CHECK(index.value == std::floor(wes.truth("peak_wh")));
        CHECK(index.kind() == releve::kind::counter);
        CHECK(index.unit() == "Wh");
        CHECK(n.last("temperature", {{"channel", "living_room"}}).value ==
              Approx(wes.truth("living_room_c")).margin(0.051));
        CHECK(n.last("relay", {{"channel", "relay1"}}).value == 0);
        CHECK(n.last("volume_of_day").value == Approx(wes.truth("cold_water_l")).margin(0.006));
        CHECK(n.last("volume_of_day").unit() == "l");
        CHECK(wes.truth("max_answering") == 1);
        CHECK(n.misbehaviour().empty());
    }
}

TEST_CASE("the page and M2M of one server in one site, also of the same channel") {
    wes_simulator::process wes{noon()};
    const auto toml = m2m_sections(wes, {});
    releve::testing::site at{plugin{}, toml.substr(0, toml.find("[source")), real_peers()};
    node values{at, "wes_m2m", "connection = \"c\"\ntags = [{ tag = \"T100\" }, { tag = \"W001\" }]"};
    node pages{at, "wes_http", "connection = \"c\""};
    REQUIRE(values.start());
    REQUIRE(pages.start());
    REQUIRE(pages.collect());
    values.run();
    REQUIRE(at.run_until([&] { return !values.emitted("temperature").empty(); }));
    for (const auto* name : {"up", "apparent_power_drawn", "temperature"}) {
        CHECK(values.last(name).label("interface") == "m2m");
        CHECK(pages.last(name, {{"device", "S0"}}).label("interface").empty());
    }
    CHECK(values.last("apparent_power_drawn", {{"channel", "tic1"}}).value ==
          pages.last("apparent_power_drawn", {{"channel", "tic1"}}).value);
    CHECK(values.misbehaviour().empty());
    CHECK(pages.misbehaviour().empty());
}

TEST_CASE("each tag at its interval") {
    wes_simulator::process wes{noon()};
    node n{plugin{}, "wes_m2m", m2m_sections(wes, some_tags), real_peers()};
    REQUIRE(n.start());
    n.run();
    REQUIRE(until(n, [&] { return n.emitted("temperature").size() == 6; })); // 50 s
    const auto fast = n.emitted("apparent_power_drawn").size();
    CHECK(fast >= 25);
    CHECK(fast <= 26);
}

TEST_CASE("servers that are down, slow, cut short or speak rubbish do not delay the others, and come back") {
    wes_simulator::process wes{noon({"--count", "5"})};
    REQUIRE(wes.fault("name=dead", 1));
    REQUIRE(wes.fault("name=slow&seconds=3600", 2));
    REQUIRE(wes.fault("name=cut", 3));
    REQUIRE(wes.fault("name=bad_name", 4));
    const node* running = nullptr;
    auto setup = real_peers();
    setup.peers_silent = [&] { // all but S2, which S0 is asked beside, every 2 s
        return running != nullptr && wes.truth("held", 2) == 1 && wes.truth("answering") == 0 &&
               wes.truth("requests") > static_cast<double>(running->steady() / 2s);
    };
    node n{plugin{}, "wes_m2m",
           m2m_sections(wes, "every = \"2s\"\ntags = [{ tag = \"T100\" }]",
                        "connect_timeout = \"1m\"\ntimeout = \"1m\"\n"),
           setup};
    running = &n;
    REQUIRE(n.start());
    n.run();
    const auto said = [&](const char* server) {
        for (const auto& one : n.health())
            if (one.subject == server && !one.up) return one.why;
        return std::string{};
    };
    REQUIRE(until(n, [&] {
        return n.emitted("apparent_power_drawn", {{"device", "S0"}}).size() >= 3 && !said("S1").empty() &&
               !said("S2").empty() && !said("S3").empty() && !said("S4").empty();
    }));
    CHECK(said("S1") == "refuses the connection");
    CHECK(said("S2") == "does not answer gT100");
    CHECK(said("S3") == "closed the connection instead of answering gT100");
    CHECK(said("S4") == "answers gT100 with something that is not an M2M reply");
    CHECK(n.last("up", {{"device", "S3"}}).value == 0);
    CHECK(n.last("up", {{"device", "S0"}}).value == 1);
    CHECK(n.emitted("apparent_power_drawn", {{"device", "S4"}}).empty());
    for (std::size_t i = 1; i < 5; ++i) REQUIRE(wes.fault("name=none", i));
    REQUIRE(until(n, [&] {
        for (const auto* one : {"S1", "S2", "S3", "S4"})
            if (n.emitted("apparent_power_drawn", {{"device", one}}).empty()) return false;
        return true;
    }));
    CHECK(n.up("S4") == true);
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("more servers than one wait has room for") {
    const silent_port port;
    constexpr std::size_t servers = 1100, at_once = 512;
    std::string toml = "[connection.c]\ncomponent = \"wes\"\n" + long_timeouts + "servers = [\n";
    for (std::size_t i = 0; i < servers; ++i)
        toml += "{ name = \"S" + std::to_string(i) +
                "\", host = \"127.0.0.1\", m2m_port = " + std::to_string(port.number()) + " },\n";
    const node* running = nullptr;
    auto setup = real_peers();
    setup.peers_silent = [&] {
        const auto failed = running != nullptr ? running->health().size() : 0;
        return port.connections() >= std::min(servers, failed + at_once);
    };
    node n{plugin{}, "wes_m2m",
           toml + "]\n[source.s]\ncomponent = \"wes_m2m\"\nconnection = \"c\"\ntags = [{ tag = \"T100\" }]\n", setup};
    running = &n;
    REQUIRE(n.start());
    n.run();
    REQUIRE(until(n, [&] { return n.health().size() >= servers || !n.running(); }));
    CHECK(n.running());
    for (const auto& one : n.health()) REQUIRE(one.why == "does not answer gT100");
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("a server that sends line ends without end does not starve the others, nor a stop") {
    wes_simulator::process wes{noon()};
    const flood_peer endless{"", many("\n", 65'536)}, blank{"", many(" ", 65'536)};
    node n{plugin{}, "wes_m2m",
           "[connection.c]\ncomponent = \"wes\"\n" + long_timeouts +
               "servers = [{ name = \"E\", host = \"127.0.0.1\", m2m_port = " + std::to_string(endless.port()) +
               " }, { name = \"B\", host = \"127.0.0.1\", m2m_port = " + std::to_string(blank.port()) +
               " }, { name = \"S0\", host = \"127.0.0.1\", m2m_port = " + std::to_string(wes.port()) +
               " }]\n[source.s]\ncomponent = \"wes_m2m\"\nconnection = \"c\"\nevery = \"2s\"\ntags = [{ tag = \"T100\" "
               "}]\n",
           real_peers()};
    REQUIRE(n.start());
    n.run();
    REQUIRE(until(n, [&] { return n.emitted("apparent_power_drawn", {{"device", "S0"}}).size() >= 5; }));
    CHECK(n.up("E") == false);
    CHECK(n.up("B") == false);
    CHECK(n.emitted("apparent_power_drawn", {{"device", "E"}}).empty());
    CHECK(n.stop());
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("bytes in any pieces; a device that restarts") {
    wes_simulator::process wes{noon({"--count", "2", "--fault", "split"})};
    node n{plugin{}, "wes_m2m", m2m_sections(wes, "every = \"2s\"\ntags = [{ tag = \"T110\" }]"), real_peers()};
    REQUIRE(n.start());
    n.run();
    const auto readings = [&](const char* server) {
        return n.emitted("active_energy_drawn_index", {{"device", server}}).size();
    };
    REQUIRE(until(n, [&] { return readings("S0") >= 3; }));
    for (const auto& one : n.emitted("active_energy_drawn_index", {{"device", "S0"}}))
        CHECK(one.value == std::floor(wes.truth("peak_wh")));
    REQUIRE(wes.fault("name=reboot&seconds=0.2"));
    const auto before = readings("S0");
    REQUIRE(until(n, [&] { return readings("S0") > before; }));
}

TEST_CASE("eight relays of a 1-Wire card, as text") {
    wes_simulator::process wes{noon({"--m2m-card", "0"})};
    REQUIRE(wes_simulator::request(wes.port(), wes_simulator::get("/AJAX.cgx?rl103=ON")).closed);
    node n{plugin{}, "wes_m2m", m2m_sections(wes, "tags = [{ tag = \"r109\", series = \"relays\", kind = \"text\" }]"),
           real_peers()};
    REQUIRE(n.start());
    n.run();
    REQUIRE(until(n, [&] { return !n.emitted("relays").empty(); }));
    CHECK(n.last("relays").text == "00100000");
}

TEST_CASE("a reply that is not a value of its tag is logged and not published") {
    wes_simulator::process wes{noon()};
    node n{plugin{}, "wes_m2m",
           m2m_sections(wes,
                        "tags = [{ tag = \"I000\", series = \"mac\" }, { tag = \"r109\", series = \"relays\", kind = "
                        "\"text\" }]"),
           real_peers()};
    REQUIRE(n.start());
    n.run();
    REQUIRE(until(n, [&] { return !n.emitted("relays").empty(); }));
    CHECK(n.emitted("mac").empty());
    CHECK(n.last("relays").text == "00000000");
    REQUIRE(n.logs("unread_reply").size() == 1);
    CHECK(n.logs("unread_reply").front().text == "S0 answers gI000 with \"0A1B2C3D0001\", which is not a value of it");
    CHECK(n.metric("wes_unread_replies_total") == 1);
}

TEST_CASE("bad options are refused with a reason") {
    const auto wrong = [](const std::string& tags) {
        const auto found = releve::testing::problems(
            plugin{}, "wes_m2m",
            "[connection.c]\ncomponent = \"wes\"\nservers = [{ name = \"S0\", host = \"127.0.0.1\" }]\n[source.s]\n"
            "component = \"wes_m2m\"\nconnection = \"c\"\ntags = [" +
                tags + "]\n");
        return found.empty() ? std::string{} : found.front().what;
    };
    CHECK(wrong("{ tag = \"T100\" }").empty());
    CHECK_THAT(wrong("{ tag = \"gT100 \" }"), Catch::Contains("a letter and three to five digits"));
    CHECK_THAT(wrong("{ tag = \"E001\" }"), Catch::Contains("it is not known what E001 means"));
    CHECK_THAT(wrong("{ tag = \"T100\" }, { tag = \"T100\" }"), Catch::Contains("twice"));
    CHECK_THAT(wrong("{ tag = \"T100\", server = \"S9\" }"), Catch::Contains("no server 'S9'"));
}
