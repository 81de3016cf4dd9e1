// SPDX-License-Identifier: Apache-2.0
// The control socket of a running pipeline, and clients of every kind.
#include "components.hpp"
#include "control/client.hpp"
#include "control/control.hpp"
#include "control/listeners.hpp"
#include "raw_client.hpp"
#include "temporary_folder.hpp"

#include <releve/testing/catch.hpp>

#include <algorithm>

using namespace releve::core;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

/// A pipeline with a control socket; nodes of `toml`.
struct served_site {
    temporary_folder in;
    testbed::bed<real_clock> b;
    std::filesystem::path socket = in.path / "control";
    control served{*b.pipeline, b.log};

    explicit served_site(const std::string& toml)
        : b{"state = \"" + in.path.string() + "\"\ngrace = \"5m\"\n" + toml} {}
    std::string ask(const std::string& text) const {
        const raw_client client{socket};
        client.send(text);
        return client.receive_until("nothing stops it but the end\a");
    }
};

constexpr auto flooded = R"([source.a]
component = "flood"
total = 200000
[sink.db]
component = "store"
inputs = ["a"])";

} // namespace

TEST_CASE("a bad request is refused with a sentence, and the next one is served") {
    const served_site site{flooded};
    CHECK_THAT(site.ask("hello\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
    CHECK_THAT(site.ask("GET /" + std::string(10'000, 'x')),
               StartsWith("HTTP/1.1 400 ") && ContainsSubstring("too large"));
    CHECK_THAT(site.ask("POST /status HTTP/1.1\r\n\r\n"),
               StartsWith("HTTP/1.1 405 ") && ContainsSubstring("Allow: GET"));
    CHECK_THAT(site.ask("GET /nothing HTTP/1.1\r\n\r\n"),
               StartsWith("HTTP/1.1 404 ") && ContainsSubstring("there are /status"));
    CHECK_THAT(site.ask("GET /tap HTTP/1.1\r\n\r\n"),
               StartsWith("HTTP/1.1 400 ") && ContainsSubstring("/tap?node=NAME"));
    CHECK_THAT(site.ask("GET /tap?node=zz HTTP/1.1\r\n\r\n"),
               StartsWith("HTTP/1.1 404 ") && ContainsSubstring("there are a db"));
    CHECK_THAT(site.ask("GET /tap?node=a&serie=x HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
    CHECK_THAT(site.ask("HEAD /status HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 200 ") && !ContainsSubstring("nodes"));
    CHECK_THAT(site.ask("GET /status HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 200 ") && ContainsSubstring("\"nodes\""));
}

TEST_CASE("a client that does not finish its request is closed") {
    const temporary_folder in;
    const auto path = in.path / "socket";
    const server one{listen_unix(path).release(), -1, [](const request&, bool) { return response{}; }, [] {},
                     std::chrono::milliseconds{100}};
    const raw_client slow{path}, silent{path};
    slow.send("GET / HT");
    CHECK(slow.receive().empty());
    CHECK(silent.receive().empty());
}

TEST_CASE("more clients at once than the server takes get a 503") {
    const served_site site{flooded};
    std::vector<std::unique_ptr<raw_client>> all;
    for (std::size_t i = 0; i < server::max_connections; ++i) {
        all.push_back(std::make_unique<raw_client>(site.socket));
        all.back()->send("GET /tap?node=a HTTP/1.1\r\n\r\n");
        REQUIRE_THAT(all.back()->receive_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
    }
    CHECK_THAT(site.ask("GET /status HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 503 ") && ContainsSubstring("too many"));
    for (std::size_t i = 0; i < server::max_connections; ++i) all.push_back(std::make_unique<raw_client>(site.socket));
    CHECK(raw_client{site.socket}.receive().empty()); // not even answered
    all.clear();
    std::string answered; // once the server has seen them go
    while (answered.find("200 OK") == std::string::npos) answered = site.ask("HEAD /status HTTP/1.1\r\n\r\n");
}

TEST_CASE("who sends without end over the network is cut off, and costs no memory") {
    auto listening = listen_tcp({"127.0.0.1", 0});
    const auto address = address_of(listening);
    const server one{-1, listening.release(),
                     [](const request&, bool) {
                         return response{200, plain_text, "well\n"};
                     },
                     [] {}};
    const std::string piece(65'536, 'a');
    const std::string head = "POST /health HTTP/1.1\r\n";
    for (const auto& begin : std::vector<std::string>{
             head + "Transfer-Encoding: chunked\r\n\r\n5;x=", head + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: ",
             head + "X: ", "GET /", head + "Content-Length: 99999999999\r\n\r\n", head + "Content-Length: 4096\r\n\r\n",
             head + "\r\n"}) {
        INFO(begin);
        const raw_client client{address};
        std::size_t sent = 0;
        for (bool taken = client.send_all(begin); taken && sent < (512U << 20); sent += piece.size())
            taken = client.send_all(piece);
        CHECK(sent < (64U << 20)); // what the sockets hold, and a bound of the server
    }
}

TEST_CASE("a request is refused in a sentence when it comes in chunks, also split at any byte") {
    const served_site site{flooded};
    const std::string text = "POST /reload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
        const raw_client client{site.socket};
        client.send(text.substr(0, cut));
        client.send(text.substr(cut));
        CHECK_THAT(client.receive_until("nothing ends it\a"),
                   StartsWith("HTTP/1.1 400 ") && ContainsSubstring("in chunks is not taken"));
    }
}

TEST_CASE("clients from the network never shut out the Unix socket") {
    const temporary_folder in;
    auto listening = listen_tcp({"127.0.0.1", 0});
    const auto address = address_of(listening);
    const server one{listen_unix(in.path / "control").release(), listening.release(),
                     [](const request&, bool local) {
                         return response{200, plain_text, local ? "the socket\n" : "the network\n"};
                     },
                     [] {}, std::chrono::minutes{5}};
    std::vector<std::unique_ptr<raw_client>> idle;
    for (std::size_t i = 0; i < 4 * server::max_connections; ++i) idle.push_back(std::make_unique<raw_client>(address));
    CHECK(idle.back()->receive().empty()); // closed at once: all that the server takes are there
    for (std::size_t i = 0; i < server::max_connections; ++i)
        CHECK(control_client{in.path / "control"}.get("/status").body == "the socket\n");
}

TEST_CASE("what clients do not take is bounded") {
    auto listening = listen_tcp({"127.0.0.1", 0});
    const auto address = address_of(listening);
    const std::string large(server::max_sending * 3 / 4, 'x');
    const server one{-1, listening.release(),
                     [&](const request&, bool) {
                         return response{200, plain_text, large};
                     },
                     [] {}, std::chrono::minutes{5}};
    const raw_client lazy{address}, second{address};
    lazy.send("GET / HTTP/1.1\r\n\r\n");
    CHECK(!lazy.receive().empty());
    second.send("GET / HTTP/1.1\r\n\r\n");
    CHECK_THAT(second.receive(), StartsWith("HTTP/1.1 503 "));
}

TEST_CASE("a tap's client that does not read delays nothing, and is notified of what it missed") {
    served_site site{flooded};
    const raw_client lazy{site.socket};
    lazy.send("GET /tap?node=a HTTP/1.1\r\n\r\n");
    CHECK_THAT(lazy.receive_until("\r\n\r\n"), ContainsSubstring("Transfer-Encoding: chunked"));
    site.b.pipeline->start();
    CHECK(site.b.pipeline->wait_for_end(std::chrono::minutes{5})); // the source has made all it has
    CHECK(site.b.pipeline->stop());
    CHECK(testbed::stored("db").size() == 200'000);
    CHECK_THAT(lazy.receive_until("{\"dropped\":"),
               ContainsSubstring("\"series\":\"n\"") && ContainsSubstring("{\"dropped\":"));
}

TEST_CASE("clients of a tap that come and go while records move") {
    served_site site{flooded};
    site.b.pipeline->start();
    for (int i = 0; i < 50; ++i) {
        const raw_client client{site.socket};
        client.send("GET /tap?node=* HTTP/1.1\r\n\r\n");
        CHECK_THAT(client.receive(), StartsWith("HTTP/1.1 200 "));
    }
    CHECK(site.b.pipeline->stop());
}

TEST_CASE("over the network health is a word and the names of nodes, and nothing of devices or people") {
    served_site site{R"(listen = "127.0.0.1:0"
[source.a]
component = "beat"
[sink.db]
component = "store"
inputs = ["a"]
fail_first = 1000
[sink.other]
component = "store"
inputs = ["a"]
fail_first = 1000)"};
    const auto said = site.b.of_event("listens").at(0); // ": listens on 127.0.0.1:9464 for ..."
    const auto from = said.find("127.");
    const auto address = said.substr(from, said.find(' ', from) - from);
    const auto health = [&] {
        const raw_client client{address};
        client.send("GET /health HTTP/1.1\r\n\r\n");
        const auto all = client.receive_until("nothing ends it\a");
        return all.substr(std::min(all.find("\r\n\r\n") + 4, all.size()));
    };
    CHECK(health() == "starting\n");
    site.b.pipeline->start();
    for (const auto* name : {"db", "other"})
        while (site.b.node(name).figures().last_error().text.empty()) std::this_thread::yield();
    CHECK(health() == "failing: db; other\n");
    CHECK(site.b.pipeline->stop());
    CHECK(health() == "stopping\n");
}

TEST_CASE("health: starting, healthy, failing, stopping") {
    served_site site{R"([source.a]
component = "beat"
[sink.db]
component = "store"
inputs = ["a"]
fail_first = 1000)"};
    const auto health = [&] { return site.ask("GET /health HTTP/1.1\r\n\r\n"); };
    CHECK_THAT(health(), StartsWith("HTTP/1.1 503 ") && ContainsSubstring("it is starting"));
    site.b.pipeline->start();
    while (site.b.node("db").figures().last_error().text.empty()) std::this_thread::yield();
    CHECK_THAT(health(),
               StartsWith("HTTP/1.1 503 ") && ContainsSubstring("failing: db (can't write: the database is away)"));
    CHECK(site.b.pipeline->stop());
    CHECK_THAT(health(), StartsWith("HTTP/1.1 503 ") && ContainsSubstring("it is stopping"));

    served_site healthy{R"([source.a]
component = "beat"
[sink.db]
component = "store"
inputs = ["a"])"};
    healthy.b.pipeline->start();
    while (healthy.b.pipeline->router().passes() == 0) std::this_thread::yield();
    CHECK_THAT(healthy.ask("GET /health HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 200 ") && ContainsSubstring("well"));
    CHECK(healthy.b.pipeline->stop());
}

TEST_CASE("/health names the transform that holds records up, and is well again once it has come back") {
    testbed::released = false;
    const served_site site{R"([source.s]
component = "flood"
total = 100
[transform.t]
component = "stuck"
inputs = ["s"]
[source.goes_on]
component = "beat"
[sink.db]
component = "store"
inputs = ["t", "goes_on"])"};
    site.b.pipeline->start();
    while (site.b.pipeline->router().holder() == nullptr) std::this_thread::yield();
    CHECK_THAT(
        site.ask("GET /health HTTP/1.1\r\n\r\n"),
        StartsWith("HTTP/1.1 503 ") &&
            ContainsSubstring("stuck: t (records do not move: transform 't' has not come back from process for "));
    testbed::released = true;
    while (!site.ask("GET /health HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200 ")) std::this_thread::yield();
    CHECK(site.b.pipeline->stop());
}
