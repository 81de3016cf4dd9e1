// SPDX-License-Identifier: Apache-2.0
// Questions of other programs to connections, through the control socket.
#include "components.hpp"
#include "control/control.hpp"
#include "raw_client.hpp"
#include "temporary_folder.hpp"

#include <releve/testing/catch.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

using namespace releve::core;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

struct running_site {
    temporary_folder in;
    testbed::bed<real_clock> b;
    std::filesystem::path socket = in.path / "control";
    std::unique_ptr<control> look{std::make_unique<control>(*b.pipeline, b.log)};

    running_site()
        : b{"state = \"" + in.path.string() + R"("
grace = "5m"
[connection.first]
component = "line"
[connection.second]
component = "line"
[connection.unused]
component = "line"
[source.s]
component = "steps"
line = "first"
[source.t]
component = "steps"
line = "second"
[sink.db]
component = "store"
inputs = ["*"])"} {
        testbed::forget_all();
        b.pipeline->start();
        while (has_happened("open second") == 0 || has_happened("open first") == 0) std::this_thread::yield();
    }
    static std::ptrdiff_t has_happened(const std::string& what) {
        const auto all = testbed::happened();
        return std::count(all.begin(), all.end(), what);
    }
    raw_client begin(const std::string& words) const {
        raw_client client{socket};
        client.send("POST /ask?" + words + " HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
        return client;
    }
    std::string ask(const std::string& words) const { return begin(words).receive_until("nothing ends it\a"); }
};

} // namespace

TEST_CASE("a connection is asked through the control socket") {
    const running_site site;
    CHECK_THAT(site.ask("component=line&say=good%20day"),
               StartsWith("HTTP/1.1 200 ") && ContainsSubstring("\r\n\r\nfirst says good day"));
    CHECK_THAT(site.ask("component=line&line=second&say=x"), ContainsSubstring("\r\n\r\nsecond says x"));
    CHECK_THAT(site.ask("component=line&fail=1"),
               StartsWith("HTTP/1.1 502 ") && ContainsSubstring("nobody is at first"));
    CHECK_THAT(site.ask("component=line"), StartsWith("HTTP/1.1 400 ") && ContainsSubstring("say: what is it to say?"));
    CHECK(site.b.pipeline->stop());
}

TEST_CASE("what no connection knows is not found, and a question has its form") {
    const running_site site;
    CHECK_THAT(site.ask("component=line&line=third&say=x"), StartsWith("HTTP/1.1 404 "));
    CHECK_THAT(site.ask("component=line&line=unused&say=x"), StartsWith("HTTP/1.1 404 ")); // no node has started it
    CHECK_THAT(site.ask("component=steps&say=x"), StartsWith("HTTP/1.1 404 "));
    CHECK_THAT(site.ask("say=x"), StartsWith("HTTP/1.1 400 ") && ContainsSubstring("component"));
    const raw_client client{site.socket};
    client.send("GET /ask?component=line&say=x HTTP/1.1\r\n\r\n");
    CHECK_THAT(client.receive_until("nothing ends it\a"), StartsWith("HTTP/1.1 405 "));
    CHECK(site.b.pipeline->stop());
    CHECK_THAT(site.ask("component=line&say=x"), StartsWith("HTTP/1.1 404 ")); // it has been closed
}

TEST_CASE("questions under way are bounded, and hold up neither each other nor the end") {
    running_site site;
    std::vector<raw_client> clients;
    for (int i = 0; i < question_handler::max_questions; ++i) clients.push_back(site.begin("component=line&hang=1"));
    while (site.has_happened("hang first") < question_handler::max_questions) std::this_thread::yield();
    CHECK_THAT(site.ask("component=line&say=x"), StartsWith("HTTP/1.1 503 ") && ContainsSubstring("too many"));
    CHECK(site.b.pipeline->stop()); // which ends the questions: they last longer than the grace
    for (const auto& one : clients)
        CHECK_THAT(one.receive_until("nothing ends it\a"),
                   StartsWith("HTTP/1.1 503 ") && ContainsSubstring("the site is stopping"));
    CHECK(site.has_happened("close first") == 1);
}
