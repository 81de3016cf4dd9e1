// SPDX-License-Identifier: Apache-2.0
#include "described.hpp"

#include <releve/testing/catch.hpp>

using namespace described;

TEST_CASE("values of every type are read") {
    const section read(R"(
text = "words"
whole = 3
real = 2
real2 = 2.5
yes = true
wait = "1m30s"
room = "64KiB"
bytes = 4096
file = "data/../x.txt"
mode = "b"
words = ["x", "y"]
)",
                       {option(RELEVE_OPTION_TEXT, "text"), option(RELEVE_OPTION_INTEGER, "whole"),
                        option(RELEVE_OPTION_NUMBER, "real"), option(RELEVE_OPTION_NUMBER, "real2"),
                        option(RELEVE_OPTION_BOOLEAN, "yes"), option(RELEVE_OPTION_DURATION, "wait"),
                        option(RELEVE_OPTION_SIZE, "room"), option(RELEVE_OPTION_SIZE, "bytes"),
                        option(RELEVE_OPTION_PATH, "file"), choice("mode", {"a", "b"}),
                        list(RELEVE_OPTION_TEXT, "words")});
    REQUIRE(read.problem() == "none");
    CHECK(text(read["text"].text) == "words");
    CHECK(read["whole"].integer == 3);
    CHECK(read["whole"].number == 3.0);
    CHECK(read["real"].number == 2.0);
    CHECK(read["real2"].number == 2.5);
    CHECK(read["yes"].integer == 1);
    CHECK(read["wait"].integer == 90'000'000'000);
    CHECK(read["room"].integer == 65536);
    CHECK(read["bytes"].integer == 4096);
    CHECK(text(read["file"].text) == "/site/x.txt");
    CHECK(text(read["mode"].text) == "b");
    REQUIRE(read["words"].count == 2);
    CHECK(text(read["words"].items[1]->text) == "y");
    CHECK(read["words"].items[1]->given == 1);
    CHECK(read["words"].size == sizeof(releve_value));
}

TEST_CASE("missing options have their fallback, in the order of the description") {
    auto numbers = list(RELEVE_OPTION_INTEGER, "numbers");
    numbers.fallback = "[1, 2]";
    const section read("", {with_fallback(RELEVE_OPTION_TEXT, "z", "words"), numbers,
                            with_fallback(RELEVE_OPTION_DURATION, "wait", "10s"),
                            with_fallback(RELEVE_OPTION_PATH, "file", "x"), option(RELEVE_OPTION_INTEGER, "none"),
                            with_fallback(RELEVE_OPTION_BOOLEAN, "a", "true")});
    REQUIRE(read.problem() == "none");
    const auto& root = read.values.root();
    REQUIRE(root.count == 6);
    CHECK(root.given == 1);
    CHECK(text(root.items[0]->key) == "z");
    CHECK(text(root.items[0]->text) == "words");
    CHECK(root.items[0]->given == 0);
    REQUIRE(root.items[1]->count == 2);
    CHECK(root.items[1]->items[1]->integer == 2);
    CHECK(root.items[2]->integer == 10'000'000'000);
    CHECK(text(root.items[3]->text) == "/site/x");
    CHECK(root.items[4]->given == 0);
    CHECK(root.items[4]->integer == 0);
    CHECK(root.items[5]->integer == 1);
}

TEST_CASE("tables and lists of tables have every described field") {
    const releve::options::descriptions fields{required(RELEVE_OPTION_TEXT, "host"),
                                               with_fallback(RELEVE_OPTION_INTEGER, "port", "80")};
    const section read(R"(
servers = [{ host = "a" }, { port = 81, host = "b" }]
proxy = { host = "c" }
[[x.more]]
host = "d"
)",
                       {tables("servers", fields), table("proxy", fields), table("absent", fields),
                        tables("more", fields), table("easy", {with_fallback(RELEVE_OPTION_INTEGER, "port", "80")})});
    REQUIRE(read.problem() == "none");
    const auto& servers = read["servers"];
    REQUIRE(servers.count == 2);
    CHECK(text(at(*servers.items[0], "host").text) == "a");
    CHECK(at(*servers.items[0], "port").integer == 80);
    CHECK(at(*servers.items[0], "port").given == 0);
    CHECK(at(*servers.items[1], "port").integer == 81);
    CHECK(text(at(read["proxy"], "host").text) == "c");
    CHECK(read["absent"].given == 0);
    CHECK(read["absent"].count == 0);
    CHECK(text(at(*read["more"].items[0], "host").text) == "d");
    CHECK(read["easy"].given == 0);
    CHECK(at(read["easy"], "port").integer == 80);
}

TEST_CASE("the host's keys are ignored, and interval is read where it is described") {
    auto interval = with_fallback(RELEVE_OPTION_INTERVAL, "interval", "10s");
    interval.minimum = "1s";
    CHECK(section("component = 1\ninputs = 2\nqueue = 3\ninterval = 4", {}).problem() == "none");
    const section given("interval = \"30s\"", {interval});
    CHECK(given["interval"].integer == 30'000'000'000);
    CHECK(given["interval"].type == RELEVE_OPTION_INTERVAL);
    CHECK(section("", {interval})["interval"].integer == 10'000'000'000);
    CHECK(section("interval = \"500ms\"", {interval}).problem() == "2:1 'interval' must be at least 1s, not 500ms");
}

TEST_CASE("a value's position is that of its key, or of the nearest given parent") {
    const section read("  wait = \"1s\"\nservers = [{ host = \"a\" }, { host = \"b\" }]\n",
                       {option(RELEVE_OPTION_DURATION, "wait"), option(RELEVE_OPTION_TEXT, "other"),
                        tables("servers", {option(RELEVE_OPTION_TEXT, "host"), option(RELEVE_OPTION_TEXT, "user")})});
    const auto where = [&](std::string_view path) {
        const auto at = read.values.where(path);
        return at ? std::to_string(at->line) + ":" + std::to_string(at->column) + "+" + std::to_string(at->length)
                  : "nowhere";
    };
    CHECK(where("wait") == "2:3+4");
    CHECK(where("servers") == "3:1+7");
    CHECK(where("servers[1].host") == "3:30+4");
    CHECK(where("servers[1].user") == "3:28+14");
    CHECK(where("servers[7].host") == "3:1+7");
    CHECK(where("other") == "1:1+3");
    CHECK(where("") == "1:1+3");
    std::vector<releve::options::problem> problems;
    const auto absent = releve::options::read(toml::table{}, {}, {}, problems);
    CHECK_FALSE(absent.where("wait").has_value());
    CHECK(absent.root().given == 0);
}

TEST_CASE("connections are checked by name and bound later") {
    auto one = option(RELEVE_OPTION_CONNECTION, "connection");
    one.connection = "wes";
    auto many = list(RELEVE_OPTION_CONNECTION, "others");
    many.connection = "wes";
    releve::options::read_settings settings{"/", {}, {}};
    settings.has_connection = [](std::string_view name, std::string_view component, std::string& why,
                                 std::string& help) {
        if (name != "nowhere") return true;
        why = "no connection of " + std::string(component);
        help = "make one";
        return false;
    };
    section read("connection = \"a\"\nothers = [\"b\", \"a\"]\n", {one, many}, settings);
    REQUIRE(read.problem() == "none");
    CHECK(read.values.connections() == std::vector<std::string>{"a", "b"});
    int object = 0;
    read.values.connect([&](std::string_view name) { return name == "b" ? &object : nullptr; });
    CHECK(read["others"].items[0]->connection == &object);
    CHECK(read["connection"].connection == nullptr);
    CHECK(text(read["connection"].text) == "a");
    CHECK(section("connection = \"nowhere\"", {one}, settings).problem() == "2:1 no connection of wes; make one");
}

TEST_CASE("moving values keeps their addresses") {
    section read("wait = \"1s\"", {option(RELEVE_OPTION_DURATION, "wait")});
    const auto* before = &read.values.root();
    const auto moved = std::move(read.values);
    CHECK(&moved.root() == before);
    CHECK(at(moved.root(), "wait").integer == 1'000'000'000);
}
