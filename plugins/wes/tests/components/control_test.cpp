// SPDX-License-Identifier: Apache-2.0
// Settings and their outcomes, with simulated servers.
#include "client/server.hpp"
#include "page/control_target.hpp"
#include "tests/components/site.hpp"
#include "tests/flood_peer.hpp"

#include <releve/testing/catch.hpp>

using namespace wes_testing;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using releve::testing::node;
using releve::testing::plugin;
using releve::testing::problems;
using releve::testing::upstream;
using releve::testing::verdict;

namespace {

std::string control(const wes_simulator::process& wes, const std::string& settings, const std::string& more = {}) {
    std::string toml = "[connection.c]\ncomponent = \"wes\"\nconnect_timeout = \"1m\"\ntimeout = \"1m\"\nservers = [\n";
    for (std::size_t i = 0; i < wes.size(); ++i)
        toml += "{ name = \"S" + std::to_string(i) + "\", host = \"127.0.0.1\", port = " + std::to_string(wes.port(i)) +
                " },\n";
    return toml + "]\n[sink.s]\ncomponent = \"wes_control\"\nconnection = \"c\"\ninputs = [\"x\"]\nsettings = [" +
           settings + "]\n" + more + "\n";
}

releve::wes::server object(const wes_simulator::process& wes, std::size_t which = 0) {
    return releve::wes::server{{.host = "127.0.0.1", .port = wes.port(which)}};
}

} // namespace

TEST_CASE("a setting turns a relay on and off, is read back, and its outcome is a record") {
    const auto* pages = GENERATE("ajax", "by_kind", "by_firmware");
    const auto* profile = GENERATE("V0.61D", "V0.84A10");
    if (std::string_view{pages} == "ajax" && std::string_view{profile} == "V0.61D") return; // it has no such page
    wes_simulator::process wes{noon({"--count", "2", "--profile", profile})};
    node n{plugin{}, "wes_control", control(wes, "{ setting = \"heating\" }", std::string{"pages = \""} + pages + "\""),
           real_peers()};
    upstream from{n, "office"};
    const auto relay = from.setting("heating", "1", {{"device", "S1"}, {"channel", "relay2"}});
    const auto light = from.setting("heating", "1", {{"device", "S0"}, {"channel", "switch8"}});
    REQUIRE(n.start());
    REQUIRE(n.write(from.batch().add(relay, 1).add(light, 1)));
    CHECK(object(wes, 1).relay(2).on());
    CHECK_FALSE(object(wes, 0).relay(2).on());
    auto first = object(wes, 0);
    CHECK(first.page().text("switch_virtuel", "SWITCH8") == "1");
    CHECK(n.last("setting_outcome", {{"device", "S1"}, {"channel", "relay2"}}).text == "set ON");
    REQUIRE(n.write(from.batch().add(relay, 0.0)));
    CHECK_FALSE(object(wes, 1).relay(2).on());
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("of several values for one channel only the last is set; old values are rejected") {
    wes_simulator::process wes{noon()};
    node n{plugin{}, "wes_control", control(wes, "{ setting = \"heating\", server = \"S0\", channel = \"relay1\" }"),
           real_peers()};
    upstream from{n, "office"};
    const auto relay = from.setting("heating", "1");
    REQUIRE(n.start());
    const auto before = wes.truth("requests");
    REQUIRE(n.write(from.batch().add(relay, 1).add(relay, 0.0).add(relay, 1)));
    CHECK(object(wes).relay(1).on());
    CHECK(wes.truth("requests") - before == 4); // to find its firmware, to set, to look, and this test's
    const auto old = n.write(from.batch().add(relay, 0.0, n.now() - 2h));
    REQUIRE(old);
    CHECK(old.answers[0].is == verdict::rejected);
    CHECK(old.answers[0].why == "it is older than 'valid' allows");
    CHECK(object(wes).relay(1).on());
}

TEST_CASE("a server that is down delays its own settings, and not those of the others") {
    wes_simulator::process wes{noon({"--count", "2"})};
    node n{plugin{}, "wes_control", control(wes, "{ setting = \"heating\", channel = \"relay1\" }"), real_peers()};
    upstream from{n, "office"};
    const auto one = from.setting("heating", "1", {{"device", "S0"}});
    const auto other = from.setting("heating", "1", {{"device", "S1"}});
    REQUIRE(n.start());
    REQUIRE(wes.fault("name=dead", 0));
    const auto written = n.write(from.batch().add(one, 1).add(other, 1));
    CHECK_FALSE(written);
    CHECK(written.why == "S0 refuses the connection");
    CHECK(object(wes, 1).relay(1).on());
    REQUIRE(wes.fault("name=none", 0));
    REQUIRE(n.write_kept());
    CHECK(object(wes, 0).relay(1).on());
}

TEST_CASE("after a lost reply the page is read before the request is sent again") {
    wes_simulator::process wes{noon()};
    auto setup = real_peers();
    setup.peers_silent = [&] { return wes.truth("held") > 0; };
    node n{plugin{}, "wes_control",
           control(wes, "{ setting = \"tariff\", request = \"/RL.cgi?rl1={value}\", method = \"POST\", read_back = "
                        "\"relais/RELAIS1\", repeat "
                        "= false }, { setting = \"clock\", request = \"/RL.cgi?rl2={value}\", repeat = false }"),
           setup};
    upstream from{n, "office"};
    const auto tariff = from.setting("tariff", "1", {{"device", "S0"}});
    const auto clock = from.setting("clock", "1", {{"device", "S0"}});
    REQUIRE(n.start());
    REQUIRE(wes.fault("name=slow&seconds=3600"));
    CHECK_FALSE(n.write(from.batch().add(tariff, "ON")));
    REQUIRE(wes.fault("name=none"));
    REQUIRE(n.write_kept());
    CHECK(n.last("setting_outcome").text == "set ON");
    REQUIRE(wes.fault("name=slow&seconds=3600"));
    CHECK_FALSE(n.write(from.batch().add(clock, "ON")));
    REQUIRE(wes.fault("name=none"));
    const auto again = n.write_kept();
    REQUIRE(again);
    CHECK(again.answers[0].is == verdict::rejected);
    CHECK_THAT(again.answers[0].why, ContainsSubstring("it may be set ('repeat' is off)"));
}

TEST_CASE("a setting that a server does not know, or does not allow, is refused with a reason") {
    wes_simulator::process wes{noon()};
    node n{plugin{}, "wes_control", control(wes, "{ setting = \"tariff\", request = \"/TARIF.CGI?hp={value}\" }"),
           real_peers()};
    upstream from{n, "office"};
    const auto tariff = from.setting("tariff", "EUR/kW.h", {{"device", "S0"}});
    const auto other = from.setting("price", "EUR", {{"device", "S0"}});
    const auto nowhere = from.setting("tariff", "EUR/kW.h", {{"device", "A99"}});
    const auto power = from.gauge("power", "W");
    REQUIRE(n.start());
    const auto written = n.write(from.batch().add(tariff, 0.2516).add(other, 1).add(nowhere, 1).add(power, 1));
    REQUIRE(written);
    CHECK(written.answers[0].why == "S0 has no page /TARIF.CGI (HTTP 404)");
    CHECK(n.last("setting_outcome").text == "refused S0 has no page /TARIF.CGI (HTTP 404)");
    CHECK(written.answers[1].why == "no entry of 'settings' is for it");
    CHECK(written.answers[2].why == "the connection has no server 'A99'");
    CHECK(written.answers[3].is == verdict::written);
    REQUIRE(wes.fault("name=403"));
    CHECK_THAT(n.write(from.batch().add(tariff, 1)).why, ContainsSubstring("S0 does not allow it (HTTP 403)"));
}

TEST_CASE("a reply that no WES gives is not taken as sent") {
    for (const std::string status : {"301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect",
                                     "304 Not Modified", "204 No Content", "206 Partial", "500 Oops"}) {
        INFO(status);
        const flood_peer wes{"HTTP/1.1 " + status + "\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", ""};
        node n{
            plugin{}, "wes_control",
            "[connection.c]\ncomponent = \"wes\"\nservers = [{ name = \"S0\", host = \"127.0.0.1\", port = " +
                std::to_string(wes.port()) +
                " }]\n[sink.s]\ncomponent = \"wes_control\"\nconnection = \"c\"\ninputs = [\"x\"]\npages = \"ajax\"\n"
                "settings = [{ setting = \"alarm\", channel = \"alarm\" }, { setting = \"tariff\", request = "
                "\"/T.CGI?a={value}\" }]\n",
            real_peers()};
        upstream from{n, "office"};
        const auto alarm = from.setting("alarm", "1", {{"device", "S0"}});
        const auto tariff = from.setting("tariff", "1", {{"device", "S0"}});
        REQUIRE(n.start());
        for (const auto& one : {alarm, tariff}) {
            const auto written = n.write(from.batch().add(one, 1));
            for (const auto& answer : written.answers) CHECK(answer.is != verdict::written);
            if (status[0] == '3') {
                REQUIRE(written.answers.size() == 1);
                CHECK(written.answers[0].is == verdict::rejected);
                CHECK_THAT(written.answers[0].why, ContainsSubstring("(HTTP " + status.substr(0, 3) + ")"));
            }
        }
        for (const auto& one : n.emitted("setting_outcome")) CHECK(one.text.substr(0, 7) == "refused");
    }
}

TEST_CASE("a request may contain the site's time at which it is sent") {
    wes_simulator::process wes{noon()};
    node n{plugin{}, "wes_control",
           control(wes, "{ setting = \"clock\", request = \"/{now:%d-%m-%Y,%H.%M.%S}/{value}.CGI?d={now:%d/%m}\" }"),
           real_peers()};
    upstream from{n, "office"};
    const auto clock = from.setting("clock", {}, {{"device", "S0"}});
    REQUIRE(n.start());
    const auto sent = from.batch().add(clock, 1);
    n.advance(12min + 5s);
    const auto written = n.write(sent);
    CHECK(written.answers[0].why == "S0 has no page /01-01-2026%2C01.12.05/1.CGI (HTTP 404)");
}

TEST_CASE("bad options are refused at their key") {
    wes_simulator::process wes{noon()};
    const auto said = [&](const std::string& settings) {
        const auto all = problems(plugin{}, "wes_control", control(wes, settings));
        return all.empty() ? std::string{} : all[0].what;
    };
    CHECK_THAT(said("{ setting = \"a\", server = \"A99\" }"), ContainsSubstring("no server 'A99'"));
    CHECK_THAT(said("{ setting = \"a\", channel = \"relay3\" }"), ContainsSubstring("relay101 to relay908"));
    CHECK_THAT(said("{ setting = \"a\", request = \"/RL.cgi?frl={value}\" }"), ContainsSubstring("would undo it"));
    CHECK_THAT(said("{ setting = \"a\", request = \"/X.CGI?a={valeu}\" }"), ContainsSubstring("there is no {valeu}"));
    CHECK_THAT(said("{ setting = \"a\", request = \"/X.CGI?a={value\" }"), ContainsSubstring("a { has no }"));
    CHECK_THAT(said("{ setting = \"a\", request = \"/X.CGI?a={now:%Ez}\" }"), ContainsSubstring("strftime(3)"));
    CHECK_THAT(said("{ setting = \"a\", channel = \"alarm\", read_back = \"a/b\" }"),
               ContainsSubstring("only with 'request'"));
    CHECK(said("{ setting = \"a\", request = \"/X.CGI?a={value}\", method = \"POST\", read_back = "
               "\"variables/VARIABLE1\" }")
              .empty());
}
