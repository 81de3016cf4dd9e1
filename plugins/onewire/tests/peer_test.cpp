// SPDX-License-Identifier: Apache-2.0
// A server that cuts, stalls, lies about lengths or talks without end.
#include "tests/peers.hpp"

#include <memory>
#include <mutex>
#include <releve/testing/catch.hpp>

using namespace onewire_testing;
using releve::testing::node;
using releve::testing::plugin;

namespace {

act good(std::uint32_t type, const std::string& path) {
    if (type == 7) return {reply_bytes(0, std::string{"/28.AABBCCDDEEFF\0", 17})};
    if (path.ends_with("/temperature")) return {reply_bytes(5, "21.25")};
    return {reply_bytes(0, "")};
}

/// One collect from such a server: logged once with this reason, no value; the next good collect recovers.
void check_trouble(const peer::script& trouble, const std::string& why, const std::string& more = {}) {
    INFO(why);
    peer server{good};
    node n{plugin{}, "onewire", server.toml() + more, with_real_peer()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    REQUIRE(n.last("temperature").value == 21.25);
    server.now(trouble);
    n.forget();
    REQUIRE(n.collect());
    REQUIRE(n.collect());
    CHECK(n.emitted("temperature").empty());
    CHECK(n.last("up", {{"device", "onewire"}}).value == 0);
    CHECK(n.last("up", {{"channel", "28.AABBCCDDEEFF"}}).value == 0);
    REQUIRE(n.health().size() == 1);
    CHECK_FALSE(n.health()[0].up);
    CHECK_THAT(n.health()[0].why, Catch::Matchers::ContainsSubstring(why));
    server.now(good);
    n.forget();
    REQUIRE(n.collect());
    CHECK(n.last("temperature").value == 21.25);
    REQUIRE(n.health().size() == 1);
    CHECK(n.health()[0].up);
    CHECK(n.misbehaviour().empty());
}

peer::script always(const std::string& bytes, bool close = false) {
    return [=](std::uint32_t, const std::string&) { return act{bytes, close}; };
}

} // namespace

TEST_CASE("a server that closes before it answers") { check_trouble(always("", true), "without an answer"); }
TEST_CASE("a server that closes in the middle of a header") {
    check_trouble(always(reply_bytes(5, "21.25").substr(0, 10), true), "middle of its answer");
}
TEST_CASE("a server that closes in the middle of a value") {
    check_trouble(always(reply_bytes(5, "21.25").substr(0, 26), true), "middle of its answer");
}
TEST_CASE("a server that says nothing") {
    check_trouble(always(""), "does not answer within the time limit", "timeout = \"500ms\"");
}
TEST_CASE("a server that stops in the middle") {
    check_trouble(always(reply_bytes(5, "21.25").substr(0, 26)), "does not answer within the time limit",
                  "timeout = \"500ms\"");
}
TEST_CASE("a server that announces two gigabytes") {
    check_trouble(always(words({0, 0x7fffffff, 5, 0x144, 5, 0}) + "21.25"), "2147483647 bytes");
}
TEST_CASE("a server that announces less than nothing") {
    check_trouble(always(words({0, 0xfffffffe, 5, 0x144, 5, 0})), "-2 bytes");
}
TEST_CASE("a server of another protocol") {
    check_trouble(always("HTTP/1.1 400 Bad Request\r\n\r\n"), "another protocol");
}
TEST_CASE("a server that says without end that it is working") {
    std::string pings;
    for (int i = 0; i < 20'000; ++i) pings += ping_bytes();
    check_trouble(always(pings), "without end");
}
TEST_CASE("a value that is longer than announced") {
    check_trouble(
        [](std::uint32_t type, const std::string& path) {
            return path.ends_with("/temperature") ? act{reply_bytes(4, "21.25")} : good(type, path);
        },
        "announces a value of 4 bytes");
}

TEST_CASE("a server that works for a while before it answers") {
    peer server{[](std::uint32_t type, const std::string& path) {
        return act{ping_bytes() + ping_bytes() + good(type, path).bytes};
    }};
    node n{plugin{}, "onewire", server.toml(), with_real_peer()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.last("temperature").value == 21.25);
}

TEST_CASE("one connection serves all readings where the server keeps it, and one each where it does not") {
    peer keeps{good};
    node n{plugin{}, "onewire", keeps.toml(), with_real_peer()};
    REQUIRE(n.start());
    for (int i = 0; i < 5; ++i) REQUIRE(n.collect());
    CHECK(keeps.connections() == 1);

    peer closes{[](std::uint32_t type, const std::string& path) {
        auto answer = good(type, path);
        answer.bytes[15] = 0x40; // persistence is not granted
        answer.close = true;
        return answer;
    }};
    node m{plugin{}, "onewire", closes.toml(), with_real_peer()};
    REQUIRE(m.start());
    for (int i = 0; i < 5; ++i) REQUIRE(m.collect());
    CHECK(m.emitted("temperature").size() == 5);
    CHECK(m.health().empty());
    CHECK(closes.connections() == 11); // directory and temperature each time, the alias once
}

TEST_CASE("a kept connection that the server has closed is not a loss") {
    peer server{[](std::uint32_t type, const std::string& path) {
        auto answer = good(type, path);
        answer.close = path.ends_with("/temperature");
        return answer;
    }};
    node n{plugin{}, "onewire", server.toml(), with_real_peer()};
    REQUIRE(n.start());
    for (int i = 0; i < 3; ++i) REQUIRE(n.collect());
    CHECK(n.emitted("temperature").size() == 3);
    CHECK(n.health().empty());
}

namespace {

/// Four thermometers. What a reading of their own conversion says is another value than that of the one for all, which
/// there is once it was asked for.
peer::script four_thermometers(const std::string& power_of_last, std::int32_t write_result) {
    const auto triggered = std::make_shared<bool>(false); // a script is copied for each request
    return [=](std::uint32_t type, const std::string& path) {
        if (type == 7) {
            *triggered = false;
            std::string list;
            for (const char last : {'1', '2', '3', '4'})
                list += std::string{last == '1' ? "" : ","} + "/28.00000000000" + last;
            return act{reply_bytes(0, list + '\0')};
        }
        if (type == 3) {
            *triggered = path == "/simultaneous/temperature" && write_result == 0;
            return act{reply_bytes(write_result, "")};
        }
        if (path.ends_with("/power")) return act{reply_bytes(1, path.find("004/") == path.npos ? "1" : power_of_last)};
        if (path.ends_with("/latesttemp")) return *triggered ? act{reply_bytes(5, "21.25")} : act{reply_bytes(-1, "")};
        if (path.ends_with("/temperature")) return act{reply_bytes(5, "18.75")};
        return act{reply_bytes(0, "")}; // no alias
    };
}

std::vector<double> temperatures(const peer::script& what, const std::string& more = {}) {
    peer server{what};
    node n{plugin{}, "onewire", server.toml() + more, with_real_peer()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.health().empty());
    std::vector<double> all;
    for (const auto& one : n.emitted("temperature")) all.push_back(one.value);
    return all;
}

} // namespace

TEST_CASE("one conversion for more than three thermometers, where none is parasite-powered and the server can") {
    const std::vector<double> together(4, 21.25), each(4, 18.75);
    CHECK(temperatures(four_thermometers("1", 0)) == together);
    CHECK(temperatures(four_thermometers("0", 0)) == each);
    CHECK(temperatures(four_thermometers("0", 0), "simultaneous = \"on\"") == together);
    CHECK(temperatures(four_thermometers("1", 0), "simultaneous = \"off\"") == each);
    CHECK(temperatures(four_thermometers("1", -95)) == each);
}

TEST_CASE("a chip that the server can't read costs none of the others") {
    peer server{[](std::uint32_t type, const std::string& path) {
        if (type == 7) return act{reply_bytes(0, std::string{"/28.000000000001,/28.000000000002\0", 34})};
        if (path == "/28.000000000001/temperature") return act{reply_bytes(-5, "")};
        return good(type, path);
    }};
    node n{plugin{}, "onewire", server.toml(), with_real_peer()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.last("temperature").label("channel") == "28.000000000002");
    CHECK(n.last("up", {{"channel", "28.000000000001"}}).value == 0);
    CHECK(n.last("up", {{"channel", "28.000000000002"}}).value == 1);
    REQUIRE(n.health().size() == 1);
    CHECK_THAT(n.health()[0].why, Catch::Matchers::ContainsSubstring("Input/output error"));
}

namespace {

/// A directory with these entries, as dirall and as dir, and chips that answer by their addresses; "Greenhouse Peak"
/// and the like are aliases of the second one.
peer::script with_entries(std::vector<std::string> entries, std::string alias) {
    return [=](std::uint32_t type, const std::string& path) {
        if (type == 7) {
            std::string all;
            for (const auto& one : entries) all += (all.empty() ? "" : ",") + one;
            return act{reply_bytes(0, all + '\0')};
        }
        if (path == "/" + alias + "/address") return act{reply_bytes(16, "2800000000000211")};
        if (path == "/28.000000000002/alias") return act{reply_bytes(static_cast<std::int32_t>(alias.size()), alias)};
        if (path.ends_with("/alias")) return act{reply_bytes(0, "")};
        if (path == "/28.000000000001/temperature") return act{reply_bytes(5, "21.25")};
        if (path == "/28.000000000002/temperature") return act{reply_bytes(5, "18.75")};
        return act{reply_bytes(-1, "")};
    };
}

} // namespace

TEST_CASE("an alias of any bytes is a chip, and costs no other") {
    const std::string good = "/28.000000000001";
    for (const std::string alias : {"Greenhouse Peak",
                                    "K\xc3\xbc"
                                    "che",
                                    "a,b", "..", "x", "28.00",
                                    "k\xfc"
                                    "che",
                                    "a\x1b[2Jb", " ", ",", "\"{}=", "%2F"}) {
        INFO(alias);
        for (const auto* aliases : {"", "aliases = false"}) {
            peer server{with_entries({"/" + alias, good}, alias)};
            node n{plugin{}, "onewire", server.toml() + aliases, with_real_peer()};
            REQUIRE(n.probe());
            REQUIRE(n.start());
            REQUIRE(n.collect());
            CHECK(n.last("temperature", {{"channel", "28.000000000001"}}).value == 21.25);
            const bool named = std::string_view{aliases}.empty() && alias.find('\x1b') == alias.npos &&
                               alias.find('\xfc') == alias.npos;
            CHECK(n.last("temperature", {{"channel", named ? alias : "28.000000000002"}}).value == 18.75);
            CHECK(n.last("up", {{"device", "onewire"}}).value == 1);
            CHECK(n.logs("odd_alias").size() == (!named && std::string_view{aliases}.empty() ? 1 : 0));
            CHECK(n.logs("odd_entries").empty());
            CHECK(n.health().empty());
        }
    }
}

TEST_CASE("an entry that is no chip costs no other: told once, counted, and told once when it is over") {
    const std::string good = "/28.000000000001", long_one = "/" + std::string(10'000, 'z');
    const std::vector<std::string> odd{"28.AABBCCDDEEFF", "/",        "/no chip", "/a/b",   "/../settings",
                                       "/\x1b[2J",        "/28.0000", "/..",      long_one, "/28.00000000000G"};
    auto entries = odd;
    entries.push_back(good);
    peer server{with_entries(entries, "none")};
    node n{plugin{}, "onewire", server.toml(), with_real_peer()};
    REQUIRE(n.start());
    for (int i = 0; i < 3; ++i) REQUIRE(n.collect());
    CHECK(n.emitted("temperature").size() == 3);
    CHECK(n.last("up", {{"device", "onewire"}}).value == 1);
    CHECK(n.last("entries_passed_over").value == 10);
    REQUIRE(n.logs("odd_entries").size() == 1);
    const auto said = n.logs("odd_entries")[0].text;
    CHECK_THAT(said, Catch::Matchers::ContainsSubstring("and 2 more"));
    CHECK(said.find('\x1b') == said.npos);
    CHECK(said.size() < 2500);
    CHECK(n.health().empty());
    server.now(with_entries({good}, "none"));
    n.forget();
    for (int i = 0; i < 3; ++i) REQUIRE(n.collect());
    CHECK(n.logs("odd_entries_over").size() == 1);
    CHECK(n.logs("odd_entries").empty());
    CHECK(n.last("entries_passed_over").value == 0);
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("an entry over which the server closes is asked about once, and the chips are read from then on") {
    const auto chips = with_entries({"/killer", "/28.000000000001"}, "none");
    peer server{[=](std::uint32_t type, const std::string& path) {
        return path == "/killer/address" ? act{"", true} : chips(type, path);
    }};
    node n{plugin{}, "onewire", server.toml(), with_real_peer()};
    REQUIRE(n.start());
    for (int i = 0; i < 3; ++i) REQUIRE(n.collect());
    CHECK(n.emitted("temperature").size() == 2);
    CHECK(n.last("up", {{"device", "onewire"}}).value == 1);
}

TEST_CASE("a counter of all ones is suspect: a bus on which nothing answers reads so") {
    std::string counts = "12345,7";
    std::mutex guard;
    peer server{[&](std::uint32_t type, const std::string& path) {
        if (type == 7) return act{reply_bytes(0, std::string{"/1D.000000000001\0", 17})};
        if (!path.ends_with("/counters.ALL")) return act{reply_bytes(0, "")};
        const std::lock_guard lock{guard};
        return act{reply_bytes(static_cast<std::int32_t>(counts.size()), counts)};
    }};
    node n{plugin{}, "onewire", server.toml(), with_real_peer()};
    REQUIRE(n.start());
    std::vector<releve::quality> grades;
    for (const auto* next : {"12345,7", "4294967295,8", "4294967295,8", "12346,4294967295", "12347,9"}) {
        {
            const std::lock_guard lock{guard};
            counts = next;
        }
        REQUIRE(n.collect());
        grades.push_back(n.last("pulse_count", {{"channel", "1D.000000000001.A"}}).quality);
    }
    using enum releve::quality;
    CHECK(grades == std::vector{good, suspect, suspect, good, good});
    CHECK(n.last("pulse_count", {{"channel", "1D.000000000001.A"}}).value == 12347);
    CHECK(n.last("pulse_count", {{"channel", "1D.000000000001.B"}}).quality == good);
    CHECK(n.logs("value_rejected").size() == 2); // once for A, once for B
}
